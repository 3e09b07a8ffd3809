import HTTP
import HTTPTypes
import JSON

/// Routes as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1).
struct OpenAPIDocument: JSONWritable {
    private let subjects: [any Subject.Type]
    private let server: String
    private let needsTokens: Bool
    private let components: [Schema]

    /// Describes the routes of subjects; two schemas of one name are a mistake of the program, so they trap.
    ///
    /// - Parameters:
    ///   - subjects: The subjects, in the order of the document.
    ///   - server: The path under which the routes are, without a slash at its end; empty for none.
    ///   - needsTokens: Whether the server asks for tokens.
    init(of subjects: [any Subject.Type], server: String, needsTokens: Bool) {
        self.subjects = subjects
        self.server = server
        self.needsTokens = needsTokens
        components = Self.components(
            of: subjects.flatMap { $0.declarations },
            subjects.compactMap { $0.refusal }
        )
    }

    /// What a reader is told first, in CommonMark.
    private static let introduction = """
        Every error is `application/problem+json` (RFC 9457): `detail` says what was wrong, where, what was found, what \
        is allowed; `errors` lists every fault of the body by its JSON pointer. A refused request changes nothing. Where \
        the server has a token file, requests need `Authorization: Bearer TOKEN`; a token of scope `read` may look at \
        everything and ask for predictions.
        """

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("openapi", "3.1.0")
            json.key("info")
            json.object { json in
                json.field("title", "Trainyard")
                json.field("version", ProgramVersion.current)
                json.field("summary", "Define, train and serve neural networks over HTTP.")
                json.field("description", Self.introduction)
            }
            json.key("servers")
            json.array { json in json.object { json in json.field("url", server.isEmpty ? "/" : server) } }
            json.key("security")
            json.array { json in
                if needsTokens { json.object { json in json.field("token", [String]()) } }
            }
            json.field("tags", subjects.map { ["name": $0.title] })
            json.key("paths")
            json.object { json in
                for (path, routes) in paths { write(path, routes, to: &json) }
            }
            json.key("components")
            json.object { json in
                json.key("securitySchemes")
                json.object { json in json.field("token", ["type": "http", "scheme": "bearer"]) }
                json.key("responses")
                json.object { json in
                    json.field("Problem", Answer.problem(0, "what was wrong, where, and what is allowed"))
                }
                json.key("schemas")
                json.object { json in
                    for schema in components {
                        json.key(schema.name ?? "")
                        schema.writeKeywords(to: &json)
                    }
                }
            }
        }
    }

    /// A route with its subject.
    private typealias TitledRoute = (subject: any Subject.Type, declaration: RouteDeclaration)

    private func write(_ path: String, _ routes: [TitledRoute], to json: inout JSONWriter) {
        // What is left of a path, `{name...}`, has no form of its own there.
        json.key(path.replacing("...}", with: "}"))
        json.object { json in
            for (subject, route) in routes {
                json.key(route.method.rawValue.lowercased())
                write(route, of: subject, to: &json)
            }
        }
    }

    private func write(_ route: RouteDeclaration, of subject: any Subject.Type, to json: inout JSONWriter) {
        json.object { json in
            json.field("operationId", route.id)
            json.field("tags", [subject.title])
            json.field("summary", route.summary)
            json.field("description", ifPresent: route.details)
            if route.access == .open { json.field("security", [String]()) }
            if !route.parameters.isEmpty { json.field("parameters", route.parameters) }
            if let body = route.body {
                json.key("requestBody")
                json.object { json in
                    json.field("required", true)
                    json.field("content", Contents(body))
                }
            }
            json.key("responses")
            json.object { json in
                for answer in route.answers { json.field("\(answer.status)", answer) }
                if let refusal = subject.refusal {
                    json.field("default", refusal)
                } else {
                    json.field("default", ["$ref": "#/components/responses/Problem"])
                }
            }
        }
    }

    /// The routes by path, in the order in which the paths came.
    private var paths: [(path: String, routes: [TitledRoute])] {
        var paths: [(path: String, routes: [TitledRoute])] = []
        var places: [String: Int] = [:]
        for subject in subjects {
            for route in subject.declarations {
                let place = places[route.path] ?? paths.count
                places[route.path] = place
                if place == paths.count { paths.append((route.path, [])) }
                paths[place].routes.append((subject, route))
            }
        }
        return paths
    }

    /// Every schema with a name that routes use, by name.
    private static func components(of routes: [RouteDeclaration], _ refusals: [Answer]) -> [Schema] {
        var found: [String: Schema] = [:]
        func collect(_ schema: Schema) {
            if let name = schema.name {
                if let known = found[name] {
                    precondition(known.keywordText == schema.keywordText, "there are two schemas \"\(name)\"")
                    return
                }
                found[name] = schema
            }
            schema.parts.forEach(collect)
        }
        refusals.flatMap(\.contents).compactMap(\.schema).forEach(collect)
        for route in routes {
            route.parameters.forEach { collect($0.schema) }
            route.body?.compactMap(\.schema).forEach(collect)
            for answer in route.answers {
                answer.fields.forEach { collect($0.schema) }
                answer.contents.compactMap(\.schema).forEach(collect)
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension Schema {
    fileprivate var keywordText: String {
        var json = JSONWriter()
        writeKeywords(to: &json)
        return json.text
    }
}
