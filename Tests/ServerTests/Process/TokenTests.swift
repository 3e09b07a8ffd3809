import Foundation
import Testing

/// Who may do what where there is a token file.
struct TokenTests {
    private static let reader = "reader-token-0123456789"
    private static let owner = "owner-token-0123456789"

    private static func bearer(_ token: String) -> [String] { ["--header", "Authorization: Bearer \(token)"] }

    @Test func `a read token looks at things and predicts, a full one and a token alone change them`() throws {
        let folder = try TemporaryFolder()
        let text = "# tokens\nread \(Self.reader) # a dashboard\nfull \(Self.owner)\nplain-token-0123456789 #\n"
        let file = try folder.write(Array(text.utf8), to: "tokens")
        try withServer(["--token-file", file]) { server in
            for path in ["/health/live", "/health/ready"] { #expect(try server.get(path).status == 200) }
            for path in ["/models", "/metrics", "/openapi.json", "/nowhere"] {
                let none = try server.get(path)
                #expect(none.status == 401)
                #expect(none.fields["www-authenticate"] == "Bearer")
                #expect(none.fields["content-type"] == "application/problem+json")
            }
            #expect(try server.get("/models", Self.bearer("wrong-token-0123456789")).status == 401)
            let refused = try server.post("/models", Samples.line, Self.bearer(Self.reader))
            #expect(refused.status == 403)
            #expect(refused.fields["www-authenticate"]?.contains("insufficient_scope") == true)
            #expect(try server.post("/models", Samples.line, Self.bearer(Self.owner)).status == 201)
            let body = #"{"model": "line", "instances": [[1, 2]]}"#
            #expect(try server.post("/predict", body, Self.bearer(Self.reader)).status == 200)
            #expect(try server.get("/openapi.json", Self.bearer(Self.reader)).status == 200)
            let removal = try server.curl("DELETE", "/models/line", Self.bearer("plain-token-0123456789"))
            #expect(removal.status == 204)
        }
    }

    @Test func `SIGHUP has the tokens read again, and a file with a mistake changes nothing`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("full \(Self.owner)\n".utf8), to: "tokens")
        try withServer(["--token-file", file]) { server in
            func status(_ token: String) throws -> Int { try server.get("/models", Self.bearer(token)).status }
            #expect(try status(Self.owner) == 200)

            _ = try folder.write(Array("full \(Self.reader)\n".utf8), to: "tokens")
            #expect(try status(Self.reader) == 401)
            server.process.signal(SIGHUP)
            try wait(for: "the new token") { try status(Self.reader) == 200 ? () : nil }
            #expect(try status(Self.owner) == 401)
            let log = server.process.errors
            #expect(
                log.contains("tokens read again, others now") && log.contains("file=\(file)")
                    && log.contains("tokens=1")
            )
            server.process.signal(SIGHUP)
            try wait(for: "the log") { server.process.errors.contains("the same as before") ? () : nil }

            _ = try folder.write(Array("write \(Self.owner)\n".utf8), to: "tokens")
            server.process.signal(SIGHUP)
            try wait(for: "the complaint") { server.process.errors.contains("tokens, line 1") ? () : nil }
            #expect(try status(Self.reader) == 200)
            #expect(!server.process.errors.contains(Self.owner))
        }
    }

    @Test func `a signal that finds the copy of a service's start unchanged is told to be in vain`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("full \(Self.owner)\n".utf8), to: "tokens")
        let place = String(file.dropLast("/tokens".count))
        let server = try TestServer(["--token-file", file], environment: ["CREDENTIALS_DIRECTORY": place])
        defer { server.stop() }
        server.process.signal(SIGHUP)
        try wait(for: "the warning") { server.process.errors.contains("restart it") ? () : nil }
    }

    @Test func `without a token file SIGHUP changes nothing`() throws {
        try withServer { server in
            server.process.signal(SIGHUP)
            let reply = try server.get("/models")
            #expect(reply.status == 200)
        }
    }

    @Test(arguments: [([], true), (["--host", "127.0.0.2"], false)] as [([String], Bool)])
    func `an address that others can reach is warned of where there are no tokens`(
        flags: [String],
        isReachable: Bool
    ) throws {
        try withServer(isReachable ? ["--host", "0.0.0.0"] : flags) { server in
            #expect(server.process.errors.contains("anybody who reaches this address") == isReachable)
        }
        guard isReachable else { return }
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("short\n".utf8), to: "tokens")
        try withServer(["--host", "0.0.0.0", "--token-file", file]) { server in
            #expect(!server.process.errors.contains("anybody who reaches this address"))
            #expect(server.process.errors.contains("can be guessed"))
        }
    }
}
