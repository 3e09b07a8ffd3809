import HTTP
import HTTPTypes
import JSON
import ModelStore

extension VersionCatalog: Subject {
    static let title = "versions"

    static let routes: [Route<VersionCatalog>] = [
        Route(
            .get,
            "/models/{name}/versions",
            "listVersions",
            "A page of versions, newest first",
            parameters: [RouteParameter.modelName, limit, after],
            answers: [.ok("the page", .page("versions", of: .version, next: .integer)), .notFound]
        ) { versions, request in
            let page = try await versions.list(of: request[.modelName], limit: request[limit], after: request[after])
            return .json(.ok, page)
        },
        Route(
            .get,
            "/models/{name}/versions/{version}",
            "findVersion",
            "One version, by number or alias, or a kept epoch",
            parameters: [RouteParameter.modelName, reference],
            toleratesQuery: true,
            answers: [.ok("the version", .version), .notFound]
        ) { versions, request in
            .json(.ok, try await versions.find(request[reference], of: request[.modelName]))
        },
        Route(
            .delete,
            "/models/{name}/versions/{version}",
            "deleteVersion",
            "Remove a version, by number",
            parameters: [RouteParameter.modelName, number],
            toleratesQuery: true,
            answers: [
                .noContent(), .notFound, .conflict("an alias stands for it, or an unfinished job starts from it"),
            ]
        ) { versions, request in
            try await versions.delete(request[number], of: request[.modelName])
            return Response(.noContent)
        },
        Route(
            .get,
            "/models/{name}/aliases",
            "listAliases",
            "A model's aliases by name",
            parameters: [RouteParameter.modelName],
            toleratesQuery: true,
            answers: [.ok("the aliases", .list("aliases", of: .alias)), .notFound]
        ) { versions, request in
            .json(.ok, JSONList("aliases", try await versions.aliases(of: request[.modelName])))
        },
        Route(
            .put,
            "/models/{name}/aliases/{alias}",
            "setAlias",
            "Make or move an alias, for everyone at once",
            parameters: [RouteParameter.modelName, alias],
            toleratesQuery: true,
            body: [("application/json", .object([.required("version", .integer(numbers))], closed: true))],
            answers: [.ok("the alias", .alias), .notFound, .unprocessable]
        ) { versions, request in
            let (name, alias) = try (request[.modelName], request[alias])
            let body = try await request.json()
            return .json(.ok, try await versions.set(alias, of: name, to: version(in: body)))
        },
        Route(
            .delete,
            "/models/{name}/aliases/{alias}",
            "deleteAlias",
            "Remove an alias; its version stays",
            parameters: [RouteParameter.modelName, alias],
            toleratesQuery: true,
            answers: [.noContent(), .notFound]
        ) { versions, request in
            try await versions.deleteAlias(request[alias], of: request[.modelName])
            return Response(.noContent)
        },
        Route(
            .post,
            "/models/{name}/aliases/{alias}/rollback",
            "rollBackAlias",
            "Move an alias back to the version it stood for before",
            parameters: [RouteParameter.modelName, alias],
            toleratesQuery: true,
            answers: [.ok("the alias", .alias), .notFound, .conflict("it never stood for another version")]
        ) { versions, request in
            .json(.ok, try await versions.rollBack(request[alias], of: request[.modelName]))
        },
    ]

    /// The numbers that versions may have.
    private static let numbers = 1...JSONValue.exactIntegers.upperBound

    private static let limit = RouteParameter.query("limit", 1...1000, default: 100)

    private static let after = RouteParameter.optionalQuery(
        "after",
        JSONValue.exactIntegers,
        "The `next` of the page before"
    )

    private static let reference = RouteParameter.path(
        "version",
        .versionReference,
        "A number, an alias or a kept epoch"
    )

    /// Under an alias the thing to delete would be in doubt.
    private static let number = RouteParameter<Int>(Parameter("version", in: .path, .integer(numbers))) { text in
        guard let number = text.flatMap({ Int($0) }) else {
            throw Problem(.badRequest, detail: "expected the number of a version to delete, found \"\(text ?? "")\"")
        }
        return number
    }

    private static let alias = RouteParameter.path("alias", .aliasName)

    /// The version that a body `{"version": 3}` asks an alias to stand for.
    private static func version(in body: JSONValue) throws -> Int {
        if let given = body["version"], given.kind == .string, try given.string().hasPrefix(KeptEpoch.prefix) {
            let detail =
                "expected a version's number; a kept epoch goes with its job, so that no alias can stand for it; have a job "
                + "start from it, or put its weights as a version"
            throw FaultyInput(Fault(pointer: "/version", detail: detail))
        }
        return try body.read { reader in reader.int("version", in: numbers) }
    }
}
