extension OpenAPI {
    /// What the operations refer to, apart from the schemas.
    static let components = """
        {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
         "headers": \(headers), "parameters": \(parameters), "responses": \(responses), "schemas": \(schemas)}
        """

    private static let headers = #"""
        {
          "Location": {"description": "Where it is", "schema": {"type": "string"}},
          "RetryAfter": {"description": "Seconds", "schema": {"type": "integer"}}
        }
        """#

    private static let parameters = #"""
        {
          "DryRun": {"name": "dry_run", "in": "query", "schema": {"type": "boolean", "default": false},
            "description": "Check everything and change nothing"},
          "IdempotencyKey": {"name": "Idempotency-Key", "in": "header",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "A repetition with the same key and body gets the first answer again, for a day"},
          "Version": {"name": "version", "in": "query", "schema": {"$ref": "#/components/schemas/VersionReference"},
            "description": "A number, 0 for the initial weights, or an alias; without it the newest"},
          "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}},
          "IfMatch": {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
          "IfNoneMatch": {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
        }
        """#

    private static let responses = """
        {\(problems), \(answers)}
        """

    private static let problems = [
        ("Problem", "What was wrong, where, and what is allowed", ""),
        ("NotFound", "There is none of that name", ""),
        ("Conflict", "The state of things forbids it", ""),
        ("PreconditionFailed", "`If-Match` or `If-None-Match` does not hold", ""),
        ("UnsupportedMediaType", "The body is of a type that is not taken", ""),
        ("Unprocessable", "The body is well-formed and wrong; `errors` lists every fault", ""),
        (
            "Unavailable", "The server stops, or the store can't be written",
            ##", "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}"##
        ),
    ].map { name, description, more in
        let content = ##"{"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}"##
        return "\"\(name)\": {\"description\": \"\(description)\", \"content\": \(content)\(more)}"
    }.joined(separator: ", ")

    private static let answers = #"""
        "Health": {
          "description": "It is",
          "content": {"application/json": {"schema": {
            "type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}
          }}}
        },
        "Alias": {
          "description": "The alias",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Alias"}}}
        },
        "StoredDataset": {
          "description": "The dataset: 201 where its name is new",
          "headers": {"Location": {"$ref": "#/components/headers/Location"}},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Dataset"}}}
        },
        "Job": {
          "description": "The job",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
        },
        "Prediction": {
          "description": "The predictions",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Prediction"}}}
        }
        """#
}
