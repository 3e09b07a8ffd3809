import HTTP
import HTTPTypes

extension Routes {
    /// A model's weights, out and in as safetensors files.
    static func addWeights(to router: inout Router, _ weights: WeightsCatalog) {
        router.get("/models/{name}/weights") { request in
            try request.query.check(known: ["version"])
            let name = try request.parameters.require("name")
            let (version, tag) = try await weights.tag(of: name, version: request.queryVersion())
            return try await .representation(
                for: request,
                contentType: "application/octet-stream",
                tag: tag,
                fields: [.contentDisposition: "attachment; filename=\"\(name)-\(version).safetensors\""]
            ) { try await weights.file(of: name, version: version) }
        }
        router.put("/models/{name}/weights", bodyLimit: .max) { request in
            let name = try request.parameters.require("name")
            try request.requireBody()
            let limit = try await weights.greatestFile(of: name)
            let file = try await request.body.collect(upTo: limit)
            let version = VersionDocument(
                version: try await weights.add(to: name, file: file, if: condition(of: request))
            )
            return .json(.created, version, fields: [.location: version.location])
        }
    }

    /// Holds the tag of what is stored against `If-Match` and `If-None-Match`; nil where the request has neither.
    private static func condition(of request: Request) -> (@Sendable (EntityTag) throws -> Void)? {
        guard request[.ifMatch] != nil || request[.ifNoneMatch] != nil else { return nil }
        return { tag in try request.checkPreconditions(of: tag) }
    }
}
