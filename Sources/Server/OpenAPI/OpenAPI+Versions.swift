extension OpenAPI {
    /// Versions and aliases.
    static let versionRoutes = #"""
        {
          "GET /models/{name}/versions": {
            "operationId": "listVersions", "tags": ["versions"], "summary": "A page of versions, newest first",
            "parameters": [
              {"$ref": "#/components/parameters/Limit"},
              {"name": "after", "in": "query", "schema": {"type": "integer"},
               "description": "The `next` of the page before"}
            ],
            "responses": {
              "200": {
                "description": "The page",
                "content": {"application/json": {"schema": {
                  "type": "object", "required": ["versions", "next"],
                  "properties": {
                    "versions": {"type": "array", "items": {"$ref": "#/components/schemas/Version"}},
                    "next": {"type": ["integer", "null"]}
                  }
                }}}
              },
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "GET /models/{name}/versions/{version}": {
            "operationId": "findVersion", "tags": ["versions"], "summary": "One version, by number or alias",
            "responses": {
              "200": {
                "description": "The version",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Version"}}}
              },
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "DELETE /models/{name}/versions/{version}": {
            "operationId": "deleteVersion", "tags": ["versions"], "summary": "Remove a version, by number",
            "responses": {
              "204": {"description": "It is gone"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          },
          "GET /models/{name}/aliases": {
            "operationId": "listAliases", "tags": ["versions"], "summary": "A model's aliases by name",
            "responses": {
              "200": {
                "description": "The aliases",
                "content": {"application/json": {"schema": {
                  "type": "object", "required": ["aliases"],
                  "properties": {"aliases": {
                    "type": "array", "items": {"$ref": "#/components/schemas/Alias"}
                  }}
                }}}
              },
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "PUT /models/{name}/aliases/{alias}": {
            "operationId": "setAlias", "tags": ["versions"], "summary": "Make or move an alias, for everyone at once",
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
              "type": "object", "required": ["version"],
              "properties": {"version": {"type": "integer", "minimum": 1}}, "additionalProperties": false
            }}}},
            "responses": {
              "200": {"$ref": "#/components/responses/Alias"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "422": {"$ref": "#/components/responses/Unprocessable"}
            }
          },
          "DELETE /models/{name}/aliases/{alias}": {
            "operationId": "deleteAlias", "tags": ["versions"], "summary": "Remove an alias; its version stays",
            "responses": {
              "204": {"description": "It is gone"},
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "POST /models/{name}/aliases/{alias}/rollback": {
            "operationId": "rollBackAlias", "tags": ["versions"],
            "summary": "Move an alias back to the version it stood for before",
            "responses": {
              "200": {"$ref": "#/components/responses/Alias"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          }
        }
        """#
}
