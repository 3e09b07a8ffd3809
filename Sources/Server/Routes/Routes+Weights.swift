import HTTP
import HTTPTypes

extension Routes {
    /// A model's weights, out and in as safetensors files.
    static func addWeights(to router: inout GuardedRouter, _ models: ModelCatalog) {
        router.get("/models/{name}/weights") { request in
            try request.query.check(known: ["version"])
            let name = try request.parameters.require("name")
            let file = try await models.weightsFile(of: name, version: request.queryVersion())
            return Response(
                .ok,
                bytes: file.bytes,
                contentType: "application/octet-stream",
                fields: [.contentDisposition: "attachment; filename=\"\(name)-\(file.version).safetensors\""]
            )
        }
        router.put("/models/{name}/weights", bodyLimit: .max) { request in
            let name = try request.parameters.require("name")
            let limit = try await models.greatestWeightsFile(of: name)
            let version = VersionDocument(
                version: try await models.addVersion(of: name, file: request.body.collect(upTo: limit))
            )
            return .json(.created, version, fields: [.location: version.location])
        }
    }
}
