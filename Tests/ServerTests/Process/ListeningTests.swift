import Foundation
import Testing

/// Where the server listens, and what it bears from clients.
struct ListeningTests {
    @Test func `a Unix domain socket is listened on too, and its file is removed at the end`() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "s").path
        let server = try TestServer(["--unix-socket", path])
        #expect(try server.get("/health/live", ["--unix-socket", path]).status == 200)
        #expect(try server.get("/health/live").status == 200)

        server.stop()

        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `an IPv6 address is shown in brackets and answers`() throws {
        try withServer(["--host", "::1"]) { server in
            let reply = try server.get("/health/live")
            #expect(server.url.hasPrefix("http://[::1]:") && reply.status == 200)
        }
    }

    @Test func `a new server takes over the port from the old one`() throws {
        let folder = try TemporaryFolder()
        let old = try TestServer(on: folder, ["--reuse-port"])
        // The last of a flag that is given twice counts.
        let new = try TestServer(on: folder, ["--reuse-port", "--port", "\(old.port)"])
        defer { new.stop() }
        #expect(new.port == old.port)
        try old.define(Samples.line)

        old.stop()

        for _ in 0..<20 { #expect(try new.get("/health/live").status == 200) }
        #expect(try new.get("/models/line").status == 200)
    }

    @Test func `requests are logged where that is asked for, with the id that the client gave`() throws {
        try withServer(["--access-log"]) { server in
            let reply = try server.get("/models?secret=1", ["--header", "X-Request-ID: abc-1"])
            #expect(reply.status == 400)
            #expect(reply.fields["x-request-id"] == "abc-1")
            let line = try wait(for: "the line") {
                server.process.errors.split(separator: "\n").first { $0.contains("request-id=abc-1") }
            }
            for part in ["method=GET", "path=/models", "route=/models", "status=400", "ms=", "peer=127.0.0.1:"] {
                #expect(line.contains(part), "\(line)")
            }
            #expect(!line.contains("secret"))
        }
    }

    @Test func `pages of an origin that is named may use the server, others may not`() throws {
        try withServer(["--cors-origin", "https://a.example, http://localhost:3000"]) { server in
            func allowed(_ origin: String) throws -> String? {
                try server.get("/models", ["--header", "Origin: \(origin)"]).fields["access-control-allow-origin"]
            }
            #expect(try allowed("https://a.example") == "https://a.example")
            #expect(try allowed("http://localhost:3000") == "http://localhost:3000")
            #expect(try allowed("https://b.example") == nil)
            let question = try server.curl(
                "OPTIONS",
                "/train",
                ["--header", "Origin: https://a.example", "--header", "Access-Control-Request-Method: POST"]
            )
            #expect(question.status == 204)
            #expect(question.fields["access-control-allow-methods"]?.contains("POST") == true)
            #expect(question.fields["access-control-allow-headers"]?.contains("Idempotency-Key") == true)
        }
    }

    @Test func `answers and bodies go compressed where the client wants it`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let plain = try server.get("/openapi.json")
            let packed = try server.get("/openapi.json", ["--header", "Accept-Encoding: gzip"])
            #expect(packed.fields["content-encoding"] == "gzip")
            #expect(packed.body.count < plain.body.count / 2)
            #expect(try server.get("/openapi.json", ["--compressed"]).body == plain.body)

            let folder = try TemporaryFolder()
            let file = try folder.write(Array(#"{"model": "line", "instances": [[1, 2]]}"#.utf8), to: "body")
            #expect(try ChildProcess("/usr/bin/env", ["gzip", file]).wait().status == 0)
            let fields = ["--header", "Content-Encoding: gzip", "--header", "Content-Type: application/json"]
            let reply = try server.curl("POST", "/predict", ["--data-binary", "@\(file).gz"] + fields)
            #expect(reply.status == 200, "\(reply.text)")
            let unknown = try server.post("/predict", "{}", ["--header", "Content-Encoding: br"])
            #expect(unknown.status == 415)
            #expect(unknown.fields["accept-encoding"]?.contains("gzip") == true)
        }
    }

    @Test func `limits are what the flags and their variables say`() throws {
        let environment = [
            "TRAINYARD_MAX_TARGET": "300", "TRAINYARD_MAX_HEAD": "2000", "TRAINYARD_HEAD_TIMEOUT": "0.2",
        ]
        let server = try TestServer(["--max-fields", "20", "--max-connections", "3"], environment: environment)
        defer { server.stop() }
        #expect(try server.get("/models/" + String(repeating: "a", count: 300)).status == 414)
        #expect(try server.get("/models", ["--header", "X: " + String(repeating: "a", count: 2000)]).status == 431)
        let many = (0..<20).flatMap { ["--header", "X-\($0): 1"] }
        #expect(try server.get("/models", many).status == 431)
        let slow = try RawSocket(port: server.port)
        try slow.send("GET / HT")
        #expect(try slow.read().hasPrefix("HTTP/1.1 408 "))

        let open = try (0..<3).map { _ in try RawSocket(port: server.port) }
        let refused = try wait(for: "a 503") {
            let reply = try server.get("/models")
            return reply.status == 503 ? reply : nil
        }
        #expect(refused.fields["retry-after"] != nil)
        // Probes have connections of their own.
        for path in ["/health/live", "/health/ready"] { #expect(try server.get(path).status == 200) }
        let probe = ["health", "--live", "--port", "\(server.port)"]
        #expect(try ChildProcess(TestServer.program, probe).wait().status == 0)
        withExtendedLifetime(open) {}
    }

    @Test(arguments: [
        (["--max-head", "x"], "--max-head: expected an integer from 1024"),
        (["--head-timeout", "0"], "--head-timeout: expected a number from 0.05"),
        (["--cors-origin", "a.example"], "--cors-origin: expected origins such as"),
        (["--cors-origin", "https://a.example/path"], "--cors-origin: expected origins such as"),
        (["--unix-socket", ""], "--unix-socket: expected a value"),
    ])
    func `a bad limit or listener is one line and status 64`(flags: [String], sentence: String) throws {
        let outcome = try ChildProcess(TestServer.program, ["serve"] + flags).wait()
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test func `a switch in the environment is true or false`() throws {
        let bad = try ChildProcess(TestServer.program, ["serve"], environment: ["TRAINYARD_ACCESS_LOG": "maybe"]).wait()
        #expect(bad.status == 64)
        #expect(bad.errors.contains(#"TRAINYARD_ACCESS_LOG: expected true or false, found "maybe""#))
    }
}
