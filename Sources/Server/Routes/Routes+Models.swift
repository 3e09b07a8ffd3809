import HTTP
import HTTPTypes

extension Routes {
    /// Models: defined, listed, looked at, removed.
    static func addModels(to router: inout Router, _ models: ModelCatalog) {
        router.post("/models") { request in
            if try request.isDryRun() { return .json(.ok, try models.check(await request.json())) }
            let (body, key) = try await request.idempotentJSON("POST /models")
            return Response(try await models.define(body, once: key))
        }
        router.get("/models") { request in
            try request.query.check(known: [])
            return .json(.ok, JSONList("models", try await models.list().map(ModelOverview.init)))
        }
        router.get("/models/{name}") { request in
            .json(.ok, try await models.find(request.parameters.require("name")))
        }
        router.delete("/models/{name}") { request in
            try await models.delete(request.parameters.require("name"))
            return Response(.noContent)
        }
    }
}
