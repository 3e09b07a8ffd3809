extension OpenAPI {
    /// Health, metrics, and the description itself.
    static let operationRoutes = #"""
        {
          "GET /health/live": {
            "operationId": "live", "tags": ["operation"], "summary": "Whether the process lives",
            "responses": {"200": {"$ref": "#/components/responses/Health"}}
          },
          "GET /health/ready": {
            "operationId": "ready", "tags": ["operation"], "summary": "Whether requests can be served",
            "description": "Not while the server starts or stops, nor where the store can't be written.",
            "responses": {
              "200": {"$ref": "#/components/responses/Health"},
              "503": {"$ref": "#/components/responses/Unavailable"}
            }
          },
          "GET /metrics": {
            "operationId": "metrics", "tags": ["operation"], "summary": "Everything that is counted, for Prometheus",
            "responses": {"200": {
              "description": "The metrics in the text format, version 0.0.4",
              "content": {"text/plain": {"schema": {"type": "string"}}}
            }}
          },
          "GET /openapi.json": {
            "operationId": "describe", "tags": ["operation"], "summary": "This document",
            "responses": {"200": {
              "description": "The document",
              "content": {"application/json": {"schema": {"type": "object"}}}
            }}
          }
        }
        """#
}
