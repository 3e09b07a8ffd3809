import HTTP
import HTTPTypes
import JSON

/// The routes as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1).
///
/// What the router knows is taken from it: paths, methods, the parameters of a path, and who needs a token. The rest of an
/// operation stands in `OpenAPI.operations` under its method and pattern.
struct OpenAPIDocument: JSONWritable {
    private let routes: [Route]
    private let operations: [String: JSONValue]
    private let components: JSONValue

    /// Describes routes; an operation that is not JSON, or that no route has, is a mistake of the program, so it traps.
    init(routes: [Route]) {
        self.routes = routes
        components = Self.parsed(OpenAPI.components)
        let members = OpenAPI.operations.flatMap { Array(Self.parsed($0).members) }
        operations = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
        let known = Set(routes.map(Self.key))
        for name in operations.keys {
            precondition(known.contains(name), "OpenAPI describes \(name), which the router does not have")
        }
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("openapi", "3.1.0")
            json.key("info")
            json.object { json in
                json.field("title", "Trainyard")
                json.field("version", ProgramVersion.current)
                json.field("summary", "Define, train and serve neural networks over HTTP.")
                json.field("description", OpenAPI.introduction)
            }
            json.key("servers")
            json.array { json in json.object { json in json.field("url", "/") } }
            json.key("security")
            json.array { json in
                json.object { _ in }
                json.object { json in json.field("token", [String]()) }
            }
            json.key("paths")
            json.object { json in
                for path in paths {
                    json.key(path.template)
                    json.object { json in
                        if !path.parameters.isEmpty { json.field("parameters", path.parameters) }
                        for route in path.routes { write(route, to: &json) }
                    }
                }
            }
            json.field("components", components)
        }
    }

    private func write(_ route: Route, to json: inout JSONWriter) {
        json.key(route.method.rawValue.lowercased())
        json.object { json in
            let operation = operations[Self.key(route)]
            if operation == nil { json.field("summary", Self.key(route)) }
            if route.access == .open { json.field("security", [String]()) }
            for (key, value) in operation?.members.map({ $0 }) ?? [] where key != "responses" {
                json.field(key, value)
            }
            json.key("responses")
            json.object { json in
                for (key, value) in operation?["responses"]?.members.map({ $0 }) ?? [] { json.field(key, value) }
                json.field("default", Self.reference("#/components/responses/Problem"))
            }
        }
    }

    /// The routes by path, in the order in which the paths came.
    private var paths: [OpenAPIPath] {
        var paths: [OpenAPIPath] = []
        var places: [String: Int] = [:]
        for route in routes {
            if let place = places[route.pattern] {
                paths[place].routes.append(route)
            } else {
                places[route.pattern] = paths.count
                paths.append(OpenAPIPath(route))
            }
        }
        return paths
    }

    private static func key(_ route: Route) -> String { "\(route.method.rawValue) \(route.pattern)" }

    private static func reference(_ place: String) -> [String: String] { ["$ref": place] }

    private static func parsed(_ text: String) -> JSONValue {
        do {
            return try JSONDocument(parsing: Array(text.utf8)).root
        } catch {
            preconditionFailure("OpenAPI: \(error)")
        }
    }
}

/// A path and its routes.
private struct OpenAPIPath {
    var routes: [Route]
    /// The path as OpenAPI has it.
    let template: String
    /// The parameters in the path.
    let parameters: [Parameter]

    struct Parameter: JSONWritable {
        let name: String

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.field("name", name)
                json.field("in", "path")
                json.field("required", true)
                json.field("schema", ["type": "string"])
            }
        }
    }

    init(_ route: Route) {
        routes = [route]
        // What is left of a path, `{name...}`, has no form of its own there.
        template = route.pattern.replacing("...}", with: "}")
        parameters = template.split(separator: "{").dropFirst().compactMap { part in
            part.firstIndex(of: "}").map { Parameter(name: String(part[..<$0])) }
        }
    }
}
