import Foundation
import JSON
import Testing

/// Who may come in, with the real program: by which name, and from which pages.
struct DoorTests {
    private static let token = "owner-token-0123456789"
    private static let unsafe = ["POST", "PUT", "PATCH", "DELETE"]
    private static let others = ["Origin: null", "Origin: http://127.0.0.1:1", "Sec-Fetch-Site: same-site"]

    /// Every operation of the description, a name or number in place of each parameter, and some that there are none of.
    private func operations(_ server: TestServer, _ fields: [String]) throws -> [(method: String, path: String)] {
        let paths = try #require(try server.get("/openapi.json", fields)["paths"])
        let described = paths.members.flatMap { path, item in
            item.members.filter { $0.key != "parameters" }.map { operation in
                (operation.key.uppercased(), path.replacing(#/\{[^}]*\}/#, with: "1"))
            }
        }
        #expect(described.count > 20)
        return described
            + ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"].map { ($0, "/nowhere/at/all") }
            + [("GET", "/"), ("POST", "/"), ("DELETE", "/models/..")]
    }

    /// What a foreign page could have changed.
    private func contents(_ server: TestServer, _ fields: [String]) throws -> [String] {
        try ["/models", "/datasets", "/jobs", "/models/line", "/models/line/aliases"].map { path in
            try server.get(path, fields).text
        }
    }

    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func `the rules hold on every route and on none`(hasTokens: Bool, isLocal: Bool) throws {
        let folder = try TemporaryFolder()
        let socket = folder.path("socket")
        let tokens = try folder.write(Array("full \(Self.token)\n".utf8), to: "tokens")
        let flags = ["--unix-socket", socket] + (hasTokens ? ["--token-file", tokens] : [])
        try withServer(flags) { server in
            let bearer = hasTokens ? ["--header", "Authorization: Bearer \(Self.token)"] : []
            let way = bearer + (isLocal ? ["--unix-socket", socket] : [])
            #expect(try server.post("/models", Samples.line, way).status == 201)
            let before = try contents(server, way)
            for (method, path) in try operations(server, way) {
                func status(_ fields: String...) throws -> Int {
                    // A stream refuses this id, where a GET would otherwise follow it for ever.
                    let sent = fields + ["Last-Event-ID: none"]
                    let all = way + sent.flatMap { ["--header", $0] } + ["--data-binary", "{}"]
                    return try server.curl(method, path, method == "HEAD" ? ["--head"] + all.dropLast(2) : all).status
                }
                let isNamed = try status("Host: evil.example:\(server.port)") == 421
                #expect(isNamed == (!hasTokens && !isLocal), "\(method) \(path)")
                guard Self.unsafe.contains(method) else { continue }
                let fields = ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site"]
                for field in path == "/train" ? fields + Self.others : fields {
                    let found = try status(field)
                    #expect(found == 403, "\(method) \(path) \(field): \(found)")
                }
            }
            #expect(try contents(server, way) == before)
        }
    }

    @Test func `pages of its own and of an allowed origin are served`() throws {
        try withServer(["--cors-origin", "https://app.example"]) { server in
            for (index, fields) in [
                ["Origin: \(server.url)"], ["Sec-Fetch-Site: same-origin"],
                ["Origin: https://app.example", "Sec-Fetch-Site: cross-site"],
            ].enumerated() {
                let model = Samples.line.replacingOccurrences(of: "line", with: "line\(index)")
                let reply = try server.post("/models", model, fields.flatMap { ["--header", $0] })
                #expect(reply.status == 201, "\(fields): \(reply.text)")
                #expect((reply.fields["access-control-allow-origin"] != nil) == (index == 2))
                #expect(reply.fields["vary"]?.contains("Origin") == true)
            }
        }
    }

    @Test func `names are allowed by a flag, given once or more, and by its variable`() throws {
        let flags = ["--allowed-host", "Yard.example, lan", "--allowed-host", "other.example."]
        for (flags, variable) in [(flags, "unheard.example"), ([], "yard.example,LAN,other.example")] {
            let server = try TestServer(flags, environment: ["TRAINYARD_ALLOWED_HOST": variable])
            defer { server.stop() }
            for (host, status) in [
                ("yard.example", 200), ("LAN:1", 200), ("other.example", 200), ("localhost", 200),
                ("unheard.example", 421), ("x.lan", 421),
            ] {
                let reply = try server.get("/health/live", ["--header", "Host: \(host)"])
                #expect(reply.status == status, "\(host)")
            }
        }
        try withServer(["--allowed-host", "*"]) { server in
            let reply = try server.get("/health/live", ["--header", "Host: evil.example"])
            #expect(reply.status == 200)
        }
    }

    @Test(arguments: [
        ("http://yard.example", "without scheme, port or path"), ("yard.example:8080", "without scheme, port or path"),
        ("yard.example/a", "without scheme"), ("[::1]", "expected names"), ("a..b", "expected names"),
        ("*.example", "expected names"), ("a,,b", "expected a value, found an empty one"), ("", "an empty one"),
        ("bücher.example", "xn--"), ("a b", "expected names"),
    ])
    func `what is no name is one line and status 64`(name: String, sentence: String) throws {
        let flag = try ChildProcess(TestServer.program, ["serve", "--allowed-host", name]).wait()
        flag.expectRefusal(status: 64, sentence)
        let environment = ["TRAINYARD_ALLOWED_HOST": name]
        let variable = try ChildProcess(TestServer.program, ["serve"], environment: environment).wait()
        variable.expectRefusal(status: 64, "TRAINYARD_ALLOWED_HOST: expected")
    }
}
