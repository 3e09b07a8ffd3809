import Foundation
import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AccessTests {
    private static let reader = "reader-token-0123456789"
    private static let owner = "owner-token-0123456789"

    /// A file with those lines, while `body` runs.
    private func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private static func routes(_ router: inout Router) {
        router.get("/health", access: .open, sync: { _ in Response(.ok, text: "ok") })
        router.get("/models") { _ in Response(.ok, text: "models") }
        router.post("/models") { _ in Response(.created) }
        router.post("/predict", access: .read) { _ in Response(.ok, text: "7") }
    }

    @Test(arguments: [
        ("GET", "/health", "", 200), ("GET", "/models", "", 401), ("GET", "/nowhere", "", 401),
        ("GET", "/models", "Bearer \(reader)", 200), ("GET", "/models", "bearer  \(reader)", 200),
        ("HEAD", "/models", "Bearer \(reader)", 200), ("GET", "/nowhere", "Bearer \(reader)", 404),
        ("POST", "/predict", "Bearer \(reader)", 200), ("POST", "/models", "Bearer \(reader)", 403),
        ("POST", "/models", "Bearer \(owner)", 201), ("POST", "/models", "", 401),
        ("GET", "/models", "Bearer wrong-token-0123456789", 401),
        ("GET", "/models", "Bearer reader-token-012345678", 401),
        ("GET", "/models", "Bearer \(reader)0", 401), ("GET", "/models", "Basic \(reader)", 401),
        ("GET", "/models", "Bearer", 401),
    ])
    func `a token lets in as far as its scope`(
        method: String,
        path: String,
        authorization: String,
        status: Int
    ) async throws {
        try await withFile("# tokens\n\nread \(Self.reader)\nfull \(Self.owner)\n") { file in
            let tokens = try BearerTokens(path: file)
            try await withServer({ $0.tokens = tokens }, routes: Self.routes) { port, _ in
                let client = try RawClient(port: port)
                let field = authorization.isEmpty ? "" : "Authorization: \(authorization)\r\n"
                try await client.send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
                let response = try await client.response(hasBody: method != "HEAD")
                #expect(response.status == status)
                #expect((response["WWW-Authenticate"] != nil) == (status == 401 || status == 403))
            }
        }
    }

    @Test func `a token alone has full access, and short ones are counted`() async throws {
        try await withFile("\(Self.owner)\r\nshort\nread tiny\n") { file in
            let tokens = try BearerTokens(path: file)
            #expect(tokens.shortTokens == 2)
            try await withServer({ $0.tokens = tokens }, routes: Self.routes) { port, _ in
                let client = try RawClient(port: port)
                for token in [Self.owner, "short"] {
                    let fields = "Authorization: Bearer \(token)\r\nContent-Length: 0\r\n"
                    try await client.send("POST /models HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
                    #expect(try await client.response().status == 201)
                }
            }
        }
    }

    @Test func `tokens are read again on demand, and stay where the file is wrong`() async throws {
        try await withFile("full \(Self.owner)\n") { file in
            let tokens = try BearerTokens(path: file)
            try await withServer({ $0.tokens = tokens }, routes: Self.routes) { port, _ in
                let client = try RawClient(port: port)
                let ask = { (token: String) in
                    try await client.get("/models", fields: "Authorization: Bearer \(token)\r\n").status
                }
                #expect(try await ask(Self.reader) == 401)

                try "read \(Self.reader)".write(toFile: file, atomically: true, encoding: .utf8)
                try tokens.reload()
                #expect(try await ask(Self.reader) == 200)
                #expect(try await ask(Self.owner) == 401)

                try "write nonsense".write(toFile: file, atomically: true, encoding: .utf8)
                #expect(throws: TokenFileError.self) { try tokens.reload() }
                #expect(try await ask(Self.reader) == 200)
            }
        }
    }

    @Test(arguments: [
        "", "# nothing\n", "read", "full", "write 0123456789abcdef", "open 0123456789abcdef",
        "read full 0123456789abcdef", "0123456789abcdef 0123456789abcdef", "full 0123456789abcdefé",
    ])
    func `a token file that lets nobody in, or is unclear, is refused without showing a token`(
        text: String
    ) async throws {
        try await withFile(text) { file in
            let error = try #require(throws: TokenFileError.self) { _ = try BearerTokens(path: file) }
            #expect(error.description.contains(file))
            #expect(!error.description.contains("0123456789abcdef"))
        }
    }

    @Test func `pages of other origins get nothing unless they are named`() async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            let response = try await client.get("/models", fields: "Origin: https://app.example\r\n")
            #expect(response["Access-Control-Allow-Origin"] == nil)
        }
        let policy = CrossOriginPolicy(origins: ["https://app.example"])
        try await withServer({ $0.crossOrigin = policy }, routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            let allowed = try await client.get("/models", fields: "Origin: https://app.example\r\n")
            #expect(allowed["Access-Control-Allow-Origin"] == "https://app.example")
            #expect(allowed["Vary"] == "Origin")
            let other = try await client.get("/models", fields: "Origin: https://app.example.evil\r\n")
            #expect(other["Access-Control-Allow-Origin"] == nil)

            let question = "Access-Control-Request-Method: PUT\r\n"
            try await client.send(
                "OPTIONS /models HTTP/1.1\r\nHost: localhost\r\nOrigin: https://app.example\r\n\(question)\r\n"
            )
            let preflight = try await client.response()
            #expect(preflight.status == 204)
            #expect(preflight["Access-Control-Allow-Methods"]?.contains("PUT") == true)
            try await client.send(
                "OPTIONS /models HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil\r\n\(question)\r\n"
            )
            #expect(try await client.response()["Access-Control-Allow-Methods"] == nil)
        }
    }

    @Test func `a page is kept from being framed and sniffed, unless its handler says otherwise`() async throws {
        try await withServer(routes: { router in
            router.get("/page", sync: { _ in Response(.ok, bytes: [], contentType: "text/html; charset=utf-8") })
            router.get(
                "/own",
                sync: { _ in
                    Response(
                        .ok,
                        bytes: [],
                        contentType: "text/html",
                        fields: [.contentSecurityPolicy: "default-src *"]
                    )
                }
            )
        }) { port, _ in
            let client = try RawClient(port: port)
            let page = try await client.get("/page")
            #expect(page["Content-Security-Policy"]?.contains("frame-ancestors 'none'") == true)
            #expect(page["X-Content-Type-Options"] == "nosniff")
            #expect(try await client.get("/own")["Content-Security-Policy"] == "default-src *")
            #expect(try await client.get("/hello")["Content-Security-Policy"] == nil)
        }
    }
}
