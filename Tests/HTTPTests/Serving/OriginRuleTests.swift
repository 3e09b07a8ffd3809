import Foundation
import HTTP
import HTTPTypes
import Synchronization
import Testing

/// Which pages may change something, against cross-site request forgery.
@Suite(.timeLimit(.minutes(10)))
struct OriginRuleTests {
    /// The fields of a request for the host `localhost:8080`, and whether it may change something.
    struct Row: CustomTestStringConvertible, Sendable {
        let fields: [String]
        let isAllowed: Bool

        init(_ fields: String..., may: Bool) {
            self.fields = fields
            isAllowed = may
        }

        var testDescription: String { "\(isAllowed ? "may" : "may not"): \(fields.joined(separator: " | "))" }
    }

    static let rows = [
        // Programs.
        Row(may: true), Row("Content-Type: text/plain", may: true), Row("Referer: http://evil.example/", may: true),
        // Pages of its own.
        Row("Origin: http://localhost:8080", may: true), Row("Origin: https://localhost:8080", may: true),
        Row("Origin: HTTP://LOCALHOST:8080", may: true),
        Row("Origin: http://localhost:8080", "Sec-Fetch-Site: same-origin", may: true),
        Row("Sec-Fetch-Site: same-origin", may: true),
        // As browsers send a form of a page with Referrer-Policy: no-referrer.
        Row("Origin: null", "Sec-Fetch-Site: same-origin", may: true),
        // By hand, as with a bookmark.
        Row("Sec-Fetch-Site: none", may: true), Row("Sec-Fetch-Site: none", "Origin: http://localhost:8080", may: true),
        // Pages of others.
        Row("Origin: http://evil.example", may: false), Row("Origin: null", may: false), Row("Origin:", may: false),
        Row("Origin: http://localhost", may: false), Row("Origin: https://localhost", may: false),
        Row("Origin: http://localhost:8081", may: false), Row("Origin: http://localhost:80800", may: false),
        Row("Origin: http://127.0.0.1:8080", may: false), Row("Origin: http://a.localhost:8080", may: false),
        Row("Origin: http://localhost.evil.example:8080", may: false), Row("Origin: localhost:8080", may: false),
        Row("Origin: http://localhost:8080/", may: false),
        Row("Origin: http://localhost:8080.evil.example", may: false),
        Row("Origin: ftp://localhost:8080", may: false), Row("Origin: http://evil@localhost:8080", may: false),
        Row("Origin: http://localhost:8080, http://evil.example", may: false),
        Row("Origin: http://localhost:8080", "Origin: http://evil.example", may: false),
        Row("Origin: http://evil.example", "Origin: http://localhost:8080", may: false),
        Row("Sec-Fetch-Site: cross-site", may: false), Row("Sec-Fetch-Site: same-site", may: false),
        Row("Sec-Fetch-Site: Cross-Site", may: false),
        Row("Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", may: false),
        Row("Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin", may: false),
        Row("Origin: http://evil.example", "Sec-Fetch-Site: cross-site", may: false),
        Row("Origin: http://evil.example", "Sec-Fetch-Site: none", may: false),
        // The same host and port by another scheme: the browser sees that it is another site.
        Row("Origin: http://localhost:8080", "Sec-Fetch-Site: cross-site", may: false),
        Row("Origin: http://evil.example", "X-Forwarded-Host: evil.example", may: false),
        Row("Origin: http://evil.example", "Forwarded: host=evil.example", may: false),
        // Pages of an origin that is allowed.
        Row("Origin: https://app.example", may: true),
        Row("Origin: https://app.example", "Sec-Fetch-Site: cross-site", may: true),
        Row("Origin: https://app.example", "Sec-Fetch-Site: same-site", may: true),
        Row("Origin: https://app.example:443", "Sec-Fetch-Site: cross-site", may: false),
        Row("Origin: http://app.example", may: false), Row("Origin: https://app.example", "Origin: null", may: false),
    ]

    private static func configure(_ configuration: inout ServerConfiguration) {
        configuration.crossOrigin = CrossOriginPolicy(origins: ["https://app.example"])
    }

    /// Routes that count how often something was changed.
    private static func routes(_ changes: Counter) -> (inout Router) -> Void {
        { router in
            for method in [HTTPRequest.Method.post, .put, .patch, .delete] {
                router.on(method, "/thing") { request in
                    _ = try await request.body.collect()
                    changes.add()
                    return Response(.ok, text: "changed")
                }
            }
            router.get("/thing", sync: { _ in Response(.ok, text: "thing") })
        }
    }

    final class Counter: Sendable {
        private let count = Atomic(0)
        func add() { count.wrappingAdd(1, ordering: .relaxed) }
        var value: Int { count.load(ordering: .relaxed) }
    }

    @Test(arguments: rows)
    func `a page of another origin changes nothing, with whatever method`(row: Row) async throws {
        let changes = Counter()
        try await withServer(Self.configure, routes: Self.routes(changes)) { port, _ in
            let client = try RawClient(port: port)
            let fields = (row.fields + [""]).joined(separator: "\r\n")
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                for path in ["/thing", "/nowhere"] {
                    let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 2\r\n"
                    try await client.send(head + fields + "\r\nab")
                    let response = try await client.response()
                    let status = path == "/thing" ? 200 : 404
                    #expect(response.status == (row.isAllowed ? status : 403), "\(method) \(path): \(response.text)")
                }
            }
            #expect(changes.value == (row.isAllowed ? 4 : 0))
            // Looking is free: what another page may see of the answer is the browser's business.
            for method in ["GET", "HEAD", "OPTIONS"] {
                try await client.send("\(method) /thing HTTP/1.1\r\nHost: localhost:8080\r\n\(fields)\r\n")
                let response = try await client.response(hasBody: method == "GET")
                #expect(response.status == (method == "OPTIONS" ? 204 : 200))
            }
        }
    }

    @Test(arguments: [
        ("localhost", "http://localhost", true), ("localhost", "https://localhost", true),
        ("localhost:80", "http://localhost", true), ("localhost:443", "https://localhost", true),
        ("localhost", "http://localhost:80", true), ("localhost", "https://localhost:443", true),
        ("localhost:443", "http://localhost", false), ("localhost:80", "https://localhost", false),
        ("localhost", "http://localhost:8080", false), ("localhost:", "http://localhost", true),
        ("[::1]:8080", "http://[::1]:8080", true), ("[::1]", "http://[::1]", true), ("[::1]", "http://[::2]", false),
        ("127.0.0.1:1", "http://127.0.0.1:1", true), ("127.0.0.1:1", "http://[::1]:1", false),
    ])
    func `the port that a scheme stands for is minded`(host: String, origin: String, isOwn: Bool) async throws {
        try await withServer(routes: Self.routes(Counter())) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("DELETE /thing HTTP/1.1\r\nHost: \(host)\r\nOrigin: \(origin)\r\n\r\n")
            #expect(try await client.response().status == (isOwn ? 200 : 403))
            try await client.send(
                "DELETE http://\(host)/thing HTTP/1.1\r\nHost: localhost:7\r\nOrigin: \(origin)\r\n\r\n"
            )
            #expect(try await client.response().status == (isOwn ? 200 : 403), "the target's authority counts")
        }
    }

    @Test func `a star allows every page`() async throws {
        try await withServer(
            { $0.crossOrigin = CrossOriginPolicy(origins: ["*"]) },
            routes: Self.routes(Counter())
        ) { port, _ in
            let client = try RawClient(port: port)
            for fields in ["Origin: null\r\n", "Origin: http://a.example\r\nSec-Fetch-Site: cross-site\r\n"] {
                try await client.send("DELETE /thing HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test func `neither a token nor a Unix domain socket excuses a foreign page`() async throws {
        let stem = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try "0123456789abcdef".write(toFile: stem, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: stem) }
        let tokens = try BearerTokens(path: stem)
        let changes = Counter()
        let configure: (inout ServerConfiguration) -> Void = {
            ($0.tokens, $0.addresses) = (tokens, $0.addresses + [.unix(path: stem + ".socket")])
        }
        try await withServer(configure, routes: Self.routes(changes)) { port, _ in
            for client in [try RawClient(port: port), try RawClient(path: stem + ".socket")] {
                for (origin, status) in [("http://evil.example", 403), ("http://localhost", 200)] {
                    try await client.send(
                        "DELETE /thing HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\n"
                            + "Origin: \(origin)\r\n\r\n"
                    )
                    #expect(try await client.response().status == status)
                }
            }
            #expect(changes.value == 2)
        }
    }

    @Test func `a refused body is not waited for`() async throws {
        let changes = Counter()
        try await withServer(routes: Self.routes(changes)) { port, _ in
            let client = try RawClient(port: port)
            let head = "PUT /thing HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\n"
            try await client.send(head + "Content-Length: 10737418240\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 403 && response["Connection"] == "close")
            let patient = try RawClient(port: port)
            try await patient.send(head + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(try await patient.response().status == 403)
            #expect(changes.value == 0)
        }
    }

    @Test func `the answer names the page's origin, and the flag`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            try await client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n")
            let text = try await client.response().text
            #expect(text.contains("http://evil.example") && text.contains("--cors-origin"), "\(text)")
        }
    }
}
