import Foundation
import JSON
import Testing

/// The OpenAPI document.
@Suite(.sharedServer)
struct DescriptionTests {
    private static let methods = ["GET", "PUT", "POST", "DELETE", "PATCH"]

    private func document() throws -> JSONValue {
        let reply = try TestServer.shared().get("/openapi.json")
        #expect(reply.status == 200)
        #expect(reply.fields["content-type"] == "application/json")
        return try reply.json
    }

    /// The paths with their operations by method.
    private func paths() throws -> [(path: String, operations: [String: JSONValue])] {
        try #require(try document()["paths"]).members.map { path, item in
            let operations = item.members.filter { Self.methods.contains($0.key.uppercased()) }
            return (path, Dictionary(operations.map { ($0.key.uppercased(), $0.value) }) { first, _ in first })
        }
    }

    @Test func `the router has the very routes that the document describes`() throws {
        let server = try TestServer.shared()
        let paths = try paths()
        for (path, operations) in paths {
            // A name that none of the literal routes has, so that each pattern is met by itself.
            let example = path.replacing(#/\{[^}]*\}/#, with: "x1")
            let reply = try server.curl("OPTIONS", example)
            let allowed = Set((reply.fields["allow"] ?? "").split(separator: ",").map { $0.filter { $0 != " " } })
            #expect(allowed.subtracting(["OPTIONS", "HEAD"]) == Set(operations.keys), "\(path)")
        }
        for known in ["/models/{name}/weights", "/jobs/{id}/events", "/train", "/predict", "/metrics", "/openapi.json"]
        {
            #expect(paths.contains { $0.path == known }, "\(known)")
        }
    }

    @Test func `every route is described, with an answer and a name of its own`() throws {
        var names: Set<String> = []
        for (path, operations) in try paths() {
            for (method, operation) in operations {
                let name = try operation["operationId"]?.string()
                #expect(
                    name.map { names.insert($0).inserted } == true,
                    "\(method) \(path)"
                )
                let statuses = operation["responses"]?.members.map(\.key) ?? []
                #expect(statuses.contains("default") && statuses.contains { $0.hasPrefix("2") }, "\(method) \(path)")
            }
        }
    }

    @Test func `every reference leads somewhere`() throws {
        let document = try document()
        var references: [String] = []
        func collect(_ value: JSONValue) throws {
            for (key, member) in value.kind == .object ? Array(value.members) : [] {
                if key == "$ref" { references.append(try member.string()) } else { try collect(member) }
            }
            for element in value.kind == .array ? Array(value.elements) : [] { try collect(element) }
        }
        try collect(document)

        #expect(references.count > 50)
        for reference in Set(references) {
            let target = reference.split(separator: "/").dropFirst().reduce(document as JSONValue?) { $0?[String($1)] }
            #expect(reference.hasPrefix("#/") && target != nil, "\(reference)")
        }
    }

    @Test func `the table in the docs is what the program prints`() throws {
        let printed = try ChildProcess(TestServer.program, ["routes"]).wait()
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/api.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let (begin, end) = ("<!-- routes -->\n", "<!-- end of routes -->")
        let table = try #require(text.split(separator: begin, maxSplits: 1).last?.split(separator: end).first)
        #expect(printed.status == 0)
        #expect(String(table) == printed.text, "scripts/update-docs writes the table anew")
    }

    @Test func `a token is asked for where the server has tokens, apart from the health checks`() throws {
        let folder = try TemporaryFolder()
        let tokens = folder.path("tokens")
        try "full 0123456789abcdef".write(toFile: tokens, atomically: true, encoding: .utf8)
        #expect(try Array(#require(document()["security"]).elements).isEmpty)
        try withServer(["--token-file", tokens]) { server in
            let shown = ["--header", "Authorization: Bearer 0123456789abcdef"]
            let reply = try server.curl("GET", "/openapi.json", json: nil, shown)
            let document = try reply.json
            let security = try Array(#require(document["security"]).elements)
            #expect(security.count == 1 && security[0]["token"] != nil)
            #expect(try Array(#require(document["paths"]?["/health/live"]?["get"]?["security"]).elements).isEmpty)
        }
    }
}
