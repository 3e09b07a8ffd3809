import HTTP
import HTTPTypes
import JSON

extension Routes {
    /// Models: defined, listed, looked at, removed.
    static func addModels(to router: inout Router, _ models: ModelCatalog) {
        router.post("/models") { request in
            if try request.isDryRun() { return .json(.ok, try models.check(await request.json())) }
            let model = try await models.define(request.json())
            return .json(.created, model, fields: [.location: "/models/\(model.network.definition.name)"])
        }
        router.get("/models") { request in
            try request.query.check(known: [])
            let list = try await models.list()
            return .json(.ok) { json in
                json.object { json in
                    json.key("models")
                    json.array { json in
                        for model in list { json.object { json in model.writeOverview(to: &json) } }
                    }
                }
            }
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
