import Foundation
import HTTP
import HTTPTypes
import Testing

/// Which names a server answers to, against DNS rebinding.
@Suite(.timeLimit(.minutes(10)))
struct HostRuleTests {
    private static func configure(_ configuration: inout ServerConfiguration) {
        configuration.hostNames = ["yard.example", "Mixed.Example", "rooted.example."]
        configuration.crossOrigin = CrossOriginPolicy(origins: ["https://app.example"])
    }

    @Test(arguments: [
        ("127.0.0.1", 200), ("127.0.0.1:1", 200), ("127.0.0.1:", 200), ("10.20.30.40:65535", 200), ("0.0.0.0", 200),
        ("[::1]", 200), ("[::1]:8080", 200), ("[fd00::1:2]", 200), ("[::ffff:10.0.0.1]:80", 200),
        ("localhost", 200), ("LocalHost:8080", 200), ("localhost.", 200), ("a.localhost", 200),
        ("a.b.LOCALHOST:1", 200),
        ("yard.example", 200), ("YARD.example:9", 200), ("yard.example.", 200), ("mixed.example", 200),
        ("rooted.example", 200), ("rooted.example.:80", 200),
        ("evil.example", 421), ("evil.example:8080", 421), ("EVIL.EXAMPLE.", 421), ("a", 421), ("a.b", 421),
        ("localhost.evil.example", 421), ("xlocalhost", 421), ("localhost..", 421), (".localhost", 421),
        ("127.0.0.1.evil.example", 421), ("x.yard.example", 421), ("yard.example.evil", 421), ("yardexample", 421),
        ("%6cocalhost", 421), ("127.0.0.1.", 421), ("127.0.0", 421), ("127.1", 421), ("2130706433", 421),
        ("0x7f000001", 421), ("127.0.0.256", 421), ("127.0.0.01", 421), ("1.2.3.4.5", 421), ("127.0.0.1a", 421),
        ("[1:2]", 421), ("[:::]", 421), ("[12345::]", 421), ("", 421), (":8080", 421),
    ])
    func `an address and a name of its own are answered, another name gets 421`(host: String, status: Int) async throws
    {
        try await withServer(Self.configure) { port, _ in
            let client = try RawClient(port: port)
            for path in ["/hello", "/nowhere"] {
                try await client.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == (status == 200 && path == "/nowhere" ? 404 : status), "\(host)\(path)")
                guard status == 421 else { continue }
                #expect(response["Content-Type"] == "application/problem+json")
                #expect(!response.text.contains("hello"))
            }
        }
    }

    @Test(arguments: [
        "OPTIONS *", "OPTIONS /hello", "HEAD /hello", "POST /echo", "PUT /hello", "PATCH /hello", "DELETE /hello",
        "TRACE /hello", "GET /hello?q=1", "GET /%zz", "GET /..",
    ])
    func `the rule comes before everything that a path could decide`(line: String) async throws {
        try await withServer(Self.configure) { port, _ in
            let client = try RawClient(port: port)
            let fields = "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\nContent-Length: 0\r\n"
            try await client.send("\(line) HTTP/1.1\r\nHost: evil.example\r\n\(fields)\r\n")
            let response = try await client.response(hasBody: !line.hasPrefix("HEAD"))
            #expect(response.status == 421)
            #expect(response["Access-Control-Allow-Methods"] == nil && response["Allow"] == nil)
        }
    }

    @Test func `in absolute form the authority of the target counts`() async throws {
        try await withServer(Self.configure) { port, _ in
            let client = try RawClient(port: port)
            for (target, host, status) in [
                ("http://evil.example/hello", "localhost", 421), ("http://localhost:9/hello", "evil.example", 200),
                ("https://yard.example/hello", "evil.example", 200), ("http://evil.example", "127.0.0.1", 421),
                ("http://:80/hello", "localhost", 421),
            ] {
                try await client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(try await client.response().status == status, "\(target)")
            }
        }
    }

    @Test func `what a proxy forwards never counts`() async throws {
        try await withServer(Self.configure) { port, _ in
            let client = try RawClient(port: port)
            for field in ["X-Forwarded-Host: localhost", "Forwarded: host=localhost", "X-Host: localhost"] {
                try await client.send("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\(field)\r\n\r\n")
                #expect(try await client.response().status == 421)
            }
            let response = try await client.get("/hello", fields: "X-Forwarded-Host: evil.example\r\n")
            #expect(response.status == 200)
        }
    }

    @Test func `a request of HTTP 1.0 may name no host, and an empty one is none of ours`() async throws {
        try await withServer(Self.configure) { port, _ in
            for (head, status) in [
                ("GET /hello HTTP/1.0\r\n\r\n", 200), ("GET /hello HTTP/1.0\r\nHost: evil.example\r\n\r\n", 421),
                ("GET http://evil.example/hello HTTP/1.0\r\n\r\n", 421), ("GET /hello HTTP/1.0\r\nHost:\r\n\r\n", 421),
            ] {
                let client = try RawClient(port: port)
                try await client.send(head)
                #expect(try await client.response().status == status, "\(head)")
            }
        }
    }

    @Test func `the answer names what was found, and the flag`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            try await client.send("GET /hello HTTP/1.1\r\nHost: Evil.Example:8080\r\n\r\n")
            let text = try await client.response().text
            #expect(text.contains(#"\"Evil.Example\""#) && text.contains("--allowed-host Evil.Example "), "\(text)")
        }
    }

    @Test func `a star allows every name`() async throws {
        try await withServer({ $0.hostNames = ["*"] }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            #expect(try await client.response().status == 200)
        }
    }

    @Test func `a name that is listened on is one of its own`() async throws {
        // The short form of an address is a name as far as browsers' Host fields go.
        try await withServer({ $0.addresses = [.ip(host: "127.1", port: 0)] }) { port, _ in
            let client = try RawClient(port: port)
            for (host, status) in [("127.1:8080", 200), ("127.2", 421)] {
                try await client.send("GET /hello HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                #expect(try await client.response().status == status)
            }
        }
    }

    @Test func `there is no such rule on a Unix domain socket, and none with tokens`() async throws {
        let stem = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        let request = "GET /hello HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n"
        try await withServer({ $0.addresses.append(.unix(path: stem)) }) { port, _ in
            let local = try RawClient(path: stem)
            try await local.send(request)
            #expect(try await local.response().status == 200)
            let remote = try RawClient(port: port)
            try await remote.send(request)
            #expect(try await remote.response().status == 421)
        }
        try "0123456789abcdef".write(toFile: stem, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: stem) }
        let tokens = try BearerTokens(path: stem)
        try await withServer({ $0.tokens = tokens }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send(request)
            #expect(try await client.response().status == 200)
        }
    }
}
