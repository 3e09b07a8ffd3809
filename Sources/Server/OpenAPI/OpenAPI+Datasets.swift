extension OpenAPI {
    /// Datasets.
    static let datasetRoutes = #"""
        {
          "PUT /datasets/{name}": {
            "operationId": "putDataset", "tags": ["datasets"], "summary": "Upload a dataset, or another in its place",
            "description": "The body is streamed to the disk, apart from JSON, which is held in memory.",
            "parameters": [
              {"name": "target", "in": "query", "schema": {"type": "string"},
               "description": "CSV: the columns to predict, separated by commas; without it the last one"},
              {"name": "columns", "in": "query", "schema": {"type": "string"},
               "description": "CSV: the input columns, in that order"},
              {"name": "shape", "in": "query", "schema": {"type": "string"}, "example": "8,8,1",
               "description": "The extents of one input"},
              {"name": "window", "in": "query", "schema": {"type": "integer", "minimum": 1},
               "description": "CSV: makes a series of windows of so many records"},
              {"name": "horizon", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1},
               "description": "Series: how many records after a window are its target"},
              {"name": "stride", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1},
               "description": "Series: how many records further the next window begins"},
              {"name": "target_kind", "in": "query", "schema": {"enum": ["class", "value"]},
               "description": "What the targets are, where the data leave it open"},
              {"name": "test_split", "in": "query",
               "schema": {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "default": 0.2},
               "description": "The share of rows that is set aside for testing"},
              {"name": "split_seed", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
            ],
            "requestBody": {"required": true, "content": {
              "text/csv": {"schema": {"type": "string"}},
              "multipart/form-data": {"schema": {
                "type": "object", "required": ["x", "y"],
                "properties": {
                  "x": {"contentMediaType": "application/octet-stream", "description": "IDX or NPY, perhaps gzip"},
                  "y": {"contentMediaType": "application/octet-stream"},
                  "x_test": {"contentMediaType": "application/octet-stream"},
                  "y_test": {"contentMediaType": "application/octet-stream"}
                }
              }},
              "application/json": {"schema": {"$ref": "#/components/schemas/InlineData"}}
            }},
            "responses": {
              "200": {"$ref": "#/components/responses/StoredDataset"},
              "201": {"$ref": "#/components/responses/StoredDataset"},
              "409": {"$ref": "#/components/responses/Conflict"},
              "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
              "422": {"$ref": "#/components/responses/Unprocessable"}
            }
          },
          "GET /datasets": {
            "operationId": "listDatasets", "tags": ["datasets"], "summary": "All datasets by name",
            "responses": {"200": {
              "description": "The datasets",
              "content": {"application/json": {"schema": {
                "type": "object", "required": ["datasets"],
                "properties": {"datasets": {
                  "type": "array", "items": {"$ref": "#/components/schemas/Dataset"}
                }}
              }}}
            }}
          },
          "GET /datasets/{name}": {
            "operationId": "findDataset", "tags": ["datasets"], "summary": "One dataset",
            "responses": {
              "200": {
                "description": "The dataset",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Dataset"}}}
              },
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "DELETE /datasets/{name}": {
            "operationId": "deleteDataset", "tags": ["datasets"], "summary": "Remove a dataset",
            "responses": {
              "204": {"description": "It is gone"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          }
        }
        """#
}
