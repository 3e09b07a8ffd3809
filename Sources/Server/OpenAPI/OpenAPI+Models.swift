extension OpenAPI {
    /// Models and their weights.
    static let modelRoutes = #"""
        {
          "POST /models": {
            "operationId": "defineModel", "tags": ["models"], "summary": "Define a model",
            "parameters": [
              {"$ref": "#/components/parameters/DryRun"}, {"$ref": "#/components/parameters/IdempotencyKey"}
            ],
            "requestBody": {"required": true, "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/ModelDefinition"}}
            }},
            "responses": {
              "200": {
                "description": "With `dry_run`: the model was checked, and nothing has changed",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CheckedModel"}}}
              },
              "201": {
                "description": "The model",
                "headers": {"Location": {"$ref": "#/components/headers/Location"}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Model"}}}
              },
              "409": {"$ref": "#/components/responses/Conflict"},
              "422": {"$ref": "#/components/responses/Unprocessable"}
            }
          },
          "GET /models": {
            "operationId": "listModels", "tags": ["models"], "summary": "All models by name",
            "responses": {"200": {
              "description": "The models",
              "content": {"application/json": {"schema": {
                "type": "object", "required": ["models"],
                "properties": {"models": {
                  "type": "array", "items": {"$ref": "#/components/schemas/ModelOverview"}
                }}
              }}}
            }}
          },
          "GET /models/{name}": {
            "operationId": "findModel", "tags": ["models"], "summary": "One model",
            "responses": {
              "200": {
                "description": "The model",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Model"}}}
              },
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "DELETE /models/{name}": {
            "operationId": "deleteModel", "tags": ["models"], "summary": "Remove a model with all its versions",
            "responses": {
              "204": {"description": "It is gone"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          },
          "GET /models/{name}/weights": {
            "operationId": "readWeights", "tags": ["models"], "summary": "A version's weights as a safetensors file",
            "parameters": [
              {"$ref": "#/components/parameters/Version"},
              {"name": "Range", "in": "header", "schema": {"type": "string"}, "example": "bytes=0-1023"},
              {"name": "If-Range", "in": "header", "schema": {"type": "string"}},
              {"$ref": "#/components/parameters/IfMatch"}, {"$ref": "#/components/parameters/IfNoneMatch"}
            ],
            "responses": {
              "200": {
                "description": "The file",
                "headers": {
                  "ETag": {"description": "The version's `weights_sha256`", "schema": {"type": "string"}},
                  "Accept-Ranges": {"schema": {"const": "bytes"}},
                  "Content-Disposition": {"schema": {"type": "string"}}
                },
                "content": {"application/octet-stream": {}}
              },
              "206": {
                "description": "The part that `Range` asked for",
                "headers": {"Content-Range": {"schema": {"type": "string"}}},
                "content": {"application/octet-stream": {}}
              },
              "304": {"description": "The client has it already"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "412": {"$ref": "#/components/responses/PreconditionFailed"},
              "416": {
                "description": "There is no such part",
                "headers": {"Content-Range": {"schema": {"type": "string"}}},
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
              }
            }
          },
          "PUT /models/{name}/weights": {
            "operationId": "putWeights", "tags": ["models"], "summary": "Make a version of a safetensors file",
            "description": "`If-Match` holds against the tag of the newest weights.",
            "parameters": [
              {"$ref": "#/components/parameters/IfMatch"}, {"$ref": "#/components/parameters/IfNoneMatch"}
            ],
            "requestBody": {"required": true, "content": {"application/octet-stream": {}}},
            "responses": {
              "201": {
                "description": "The version",
                "headers": {"Location": {"$ref": "#/components/headers/Location"}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Version"}}}
              },
              "404": {"$ref": "#/components/responses/NotFound"},
              "412": {"$ref": "#/components/responses/PreconditionFailed"},
              "422": {"$ref": "#/components/responses/Unprocessable"}
            }
          }
        }
        """#
}
