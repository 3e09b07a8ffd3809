extension OpenAPI {
    /// Training requests.
    static let trainingRoutes = #"""
        {
          "POST /train": {
            "operationId": "train", "tags": ["jobs"], "summary": "Have a model trained",
            "parameters": [
              {"$ref": "#/components/parameters/DryRun"}, {"$ref": "#/components/parameters/IdempotencyKey"}
            ],
            "requestBody": {"required": true, "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/TrainingRequest"}}
            }},
            "responses": {
              "200": {
                "description": "With `dry_run`: the request was checked and timed, and nothing has changed",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TrainingEstimate"}}}
              },
              "202": {
                "description": "The job, which exists from now on whatever happens",
                "headers": {"Location": {"$ref": "#/components/headers/Location"}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}
              },
              "404": {"$ref": "#/components/responses/NotFound"},
              "422": {"$ref": "#/components/responses/Unprocessable"},
              "429": {
                "description": "The queue is full",
                "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
              }
            }
          }
        }
        """#

    /// Jobs.
    static let jobRoutes = #"""
        {
          "GET /jobs": {
            "operationId": "listJobs", "tags": ["jobs"], "summary": "A page of jobs, newest first",
            "parameters": [
              {"name": "state", "in": "query", "schema": {"$ref": "#/components/schemas/JobState"}},
              {"name": "model", "in": "query", "schema": {"type": "string"}},
              {"$ref": "#/components/parameters/Limit"},
              {"name": "after", "in": "query", "schema": {"type": "string"},
               "description": "The `next` of the page before"}
            ],
            "responses": {"200": {
              "description": "The page, of jobs without their history",
              "content": {"application/json": {"schema": {
                "type": "object", "required": ["jobs", "next"],
                "properties": {
                  "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/Job"}},
                  "next": {"type": ["string", "null"]}
                }
              }}}
            }}
          },
          "GET /jobs/{id}": {
            "operationId": "findJob", "tags": ["jobs"], "summary": "One job",
            "responses": {
              "200": {"$ref": "#/components/responses/Job"}, "404": {"$ref": "#/components/responses/NotFound"}
            }
          },
          "DELETE /jobs/{id}": {
            "operationId": "deleteJob", "tags": ["jobs"], "summary": "Remove a job that has ended",
            "responses": {
              "204": {"description": "It is gone"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          },
          "POST /jobs/{id}/cancel": {
            "operationId": "cancelJob", "tags": ["jobs"], "summary": "End a job without a result",
            "responses": {
              "200": {"$ref": "#/components/responses/Job"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          },
          "POST /jobs/{id}/pause": {
            "operationId": "pauseJob", "tags": ["jobs"], "summary": "Pause a running job at a checkpoint",
            "responses": {
              "200": {"$ref": "#/components/responses/Job"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          },
          "POST /jobs/{id}/resume": {
            "operationId": "resumeJob", "tags": ["jobs"], "summary": "Have a paused job go on",
            "responses": {
              "200": {"$ref": "#/components/responses/Job"},
              "404": {"$ref": "#/components/responses/NotFound"},
              "409": {"$ref": "#/components/responses/Conflict"}
            }
          },
          "GET /jobs/{id}/events": {
            "operationId": "followJob", "tags": ["jobs"], "summary": "What happens to a job, as server-sent events",
            "description": "`progress`, `epoch` and `state` events from the start of the job until its end.",
            "parameters": [
              {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer", "minimum": 0},
               "description": "The id after which to begin"}
            ],
            "responses": {
              "200": {
                "description": "The events; the data of each is JSON",
                "content": {"text/event-stream": {"schema": {"type": "string"}}}
              },
              "404": {"$ref": "#/components/responses/NotFound"}
            }
          }
        }
        """#
}
