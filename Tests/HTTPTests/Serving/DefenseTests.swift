import Foundation
import HTTP
import HTTPTypes
import Testing

/// What stands in every answer.
@Suite(.timeLimit(.minutes(10)))
struct DefenseTests {
    private static let names = ["x-content-type-options", "cross-origin-resource-policy"]

    private static func values(_ response: RawResponse) -> [String] {
        names.flatMap { name in response.fields.filter { $0.name.lowercased() == name }.map(\.value) }
    }

    @Test(arguments: [
        ("GET /hello HTTP/1.1\r\nHost: localhost\r\n", 200), ("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n", 200),
        ("GET /page HTTP/1.1\r\nHost: localhost\r\n", 200), ("GET /own HTTP/1.1\r\nHost: localhost\r\n", 200),
        ("GET /stream HTTP/1.1\r\nHost: localhost\r\n", 200), ("GET /hello HTTP/1.0\r\n", 200),
        ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n", 204), ("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n", 404),
        ("PUT /hello HTTP/1.1\r\nHost: localhost\r\n", 405), ("GET /hello HTTP/1.1\r\nHost: evil.example\r\n", 421),
        ("POST /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n", 403),
        ("GET /broken HTTP/1.1\r\nHost: localhost\r\n", 500), ("GET /hello HTTP/1.1\r\n", 400),
        ("what is this\r\n", 400), ("GET /hello HTTP/2.0\r\n", 505),
        ("BREW /hello HTTP/1.1\r\nHost: localhost\r\n", 501),
        ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: localhost\r\n", 414),
        ("GET /hello HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 20_000))\r\n", 431),
        ("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n", 413),
        ("GET /hello HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\n", 417),
    ])
    func `every answer forbids sniffing and other origins, once`(head: String, status: Int) async throws {
        struct Broken: Error {}
        try await withServer(routes: { router in
            router.get("/page", sync: { _ in Response(.ok, bytes: [], contentType: "text/html") })
            router.get(
                "/own",
                sync: { _ in
                    var response = Response(.ok, text: "own")
                    for name in Self.names.compactMap({ HTTPField.Name($0) }) { response.fields[name] = "other" }
                    return response
                }
            )
            router.get("/stream") { _ in .stream(.ok, contentType: "text/plain") { try await $0.write([65]) } }
            router.get("/broken") { _ in throw Broken() }
        }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send(head + "\r\n")
            let response = try await client.response(hasBody: !head.hasPrefix("HEAD"))
            #expect(response.status == status)
            #expect(Self.values(response) == ["nosniff", "same-origin"])
        }
    }

    @Test func `so do the answers of a server that is too busy`() async throws {
        try await withServer({ $0.limits.connections = 0 }) { port, _ in
            let response = try await RawClient(port: port).response()
            #expect(response.status == 503 && Self.values(response) == ["nosniff", "same-origin"])
        }
        try await withServer({ $0.limits.requestsInFlight = 0 }) { port, _ in
            let response = try await RawClient(port: port).get("/hello")
            #expect(response.status == 503 && Self.values(response) == ["nosniff", "same-origin"])
        }
    }

    @Test func `answers vary by the origin where some are allowed`() async throws {
        try await withServer({ $0.crossOrigin = CrossOriginPolicy(origins: ["https://app.example"]) }) { port, _ in
            let client = try RawClient(port: port)
            for path in ["/hello", "/nowhere"] {
                let response = try await client.get(path, fields: "Origin: https://app.example\r\n")
                #expect(response["Vary"] == "Origin" && Self.values(response) == ["nosniff", "same-origin"])
            }
        }
    }
}
