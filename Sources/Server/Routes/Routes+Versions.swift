import HTTP
import HTTPTypes
import JSON
import ModelStore

extension Routes {
    /// The versions of a model: listed, looked at, removed; and the aliases that stand for them.
    static func addVersions(to router: inout Router, _ versions: VersionCatalog) {
        router.get("/models/{name}/versions") { request in
            try request.query.check(known: ["limit", "after"])
            let name = try request.parameters.require("name")
            let limit = try request.query.value("limit", as: Int.self) ?? 100
            guard (1...1000).contains(limit) else {
                throw Problem(.badRequest, detail: "query parameter \"limit\": expected 1 to 1000, found \(limit)")
            }
            let after = try request.query.value("after", as: Int.self)
            return .json(.ok, try await versions.list(of: name, limit: limit, after: after))
        }
        router.get("/models/{name}/versions/{version}") { request in
            let version = try request.parameters.require("version")
            return .json(.ok, try await versions.find(version, of: request.parameters.require("name")))
        }
        router.delete("/models/{name}/versions/{version}") { request in
            let (name, text) = try (request.parameters.require("name"), request.parameters.require("version"))
            // Under an alias the thing to delete would be in doubt.
            guard let number = Int(text) else {
                throw Problem(.badRequest, detail: "expected the number of a version to delete, found \"\(text)\"")
            }
            try await versions.delete(number, of: name)
            return Response(.noContent)
        }
        addAliases(to: &router, versions)
    }

    private static func addAliases(to router: inout Router, _ versions: VersionCatalog) {
        router.get("/models/{name}/aliases") { request in
            let name = try request.parameters.require("name")
            return .json(.ok, JSONList("aliases", try await versions.aliases(of: name)))
        }
        router.put("/models/{name}/aliases/{alias}") { request in
            let (name, alias) = try (request.parameters.require("name"), request.parameters.require("alias"))
            let body = try await request.json()
            return .json(.ok, try await versions.set(alias, of: name, to: aliasedVersion(body)))
        }
        router.delete("/models/{name}/aliases/{alias}") { request in
            let (name, alias) = try (request.parameters.require("name"), request.parameters.require("alias"))
            try await versions.deleteAlias(alias, of: name)
            return Response(.noContent)
        }
        router.post("/models/{name}/aliases/{alias}/rollback") { request in
            let (name, alias) = try (request.parameters.require("name"), request.parameters.require("alias"))
            return .json(.ok, try await versions.rollBack(alias, of: name))
        }
    }

    /// The version that a body `{"version": 3}` asks an alias to stand for.
    private static func aliasedVersion(_ body: JSONValue) throws -> Int {
        try body.read { reader in reader.int("version", in: 1...JSONValue.exactIntegers.upperBound) }
    }
}
