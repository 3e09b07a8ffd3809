extension OpenAPI {
    /// Predictions.
    static let predictionRoutes = #"""
        {
          "GET /predict": {
            "operationId": "predictOne", "tags": ["predictions"], "summary": "Predict one instance",
            "parameters": [
              {"name": "model", "in": "query", "required": true, "schema": {"type": "string"}},
              {"$ref": "#/components/parameters/Version"},
              {"name": "input", "in": "query", "required": true, "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Instance"}}
              }}
            ],
            "responses": {
              "200": {"$ref": "#/components/responses/Prediction"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "422": {"$ref": "#/components/responses/Unprocessable"}
            }
          },
          "POST /predict": {
            "operationId": "predict", "tags": ["predictions"], "summary": "Predict instances",
            "requestBody": {"required": true, "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/PredictionRequest"}}
            }},
            "responses": {
              "200": {"$ref": "#/components/responses/Prediction"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "422": {"$ref": "#/components/responses/Unprocessable"}
            }
          }
        }
        """#
}
