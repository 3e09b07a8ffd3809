import Foundation
import JSON
import Testing

/// The addresses at which the program answers, and the path under which a proxy offers it.
struct AddressTests {
    /// What it writes to standard output at the start, a line each.
    private func lines(_ process: ChildProcess) throws -> [String] {
        let output = try wait(for: "the lines that tell the addresses") {
            let output = String(decoding: process.output, as: UTF8.self)
            try #require(process.isRunning, "the server ended: \(process.errors)")
            return output.hasSuffix("\n") ? output : nil
        }
        return output.split(separator: "\n").map(String.init)
    }

    private func start(
        _ folder: TemporaryFolder,
        _ flags: [String],
        _ environment: [String: String] = [:]
    ) throws
        -> ChildProcess
    {
        let arguments = ["serve", "--port", "0", "--data", folder.path("data")] + flags
        return try ChildProcess(TestServer.program, arguments, environment: environment)
    }

    private func curl(_ url: String) throws -> String {
        let arguments = ["curl", "--silent", "--globoff", "--output", "/dev/null", "--write-out", "%{http_code}", url]
        return try ChildProcess("/usr/bin/env", arguments).wait().text
    }

    @Test(
        arguments: [
            (["--host", "127.0.0.1", "--host", "::1"], "", ["127.0.0.1", "[::1]"], ["127.0.0.1", "[::1]"]),
            (
                ["--host", "::1, 127.0.0.2", "--host", "127.0.0.3"], "::", ["[::1]", "127.0.0.2", "127.0.0.3"],
                ["127.0.0.2"]
            ),
            ([], "127.0.0.2,::1", ["127.0.0.2", "[::1]"], ["127.0.0.2", "[::1]"]),
            (["--host", "::"], "", ["[::]"], ["127.0.0.1", "[::1]", "127.0.0.2"]),
            (["--host", "0.0.0.0,::"], "", ["0.0.0.0", "[::]"], ["127.0.0.1", "[::1]"]),
            (["--host", "127.0.0.1,127.0.0.1"], "", ["127.0.0.1"], ["127.0.0.1"]),
        ] as [([String], String, [String], [String])]
    )
    func `each address has a line, on one port, and answers`(
        flags: [String],
        variable: String,
        told: [String],
        asked: [String]
    ) throws {
        let folder = try TemporaryFolder()
        let process = try start(folder, flags, variable.isEmpty ? [:] : ["TRAINYARD_HOST": variable])
        let lines = try lines(process)
        let port = try #require(lines.first?.split(separator: ":").last)
        #expect(lines == told.map { "trainyard listening on http://\($0):\(port)" })
        for host in asked { #expect(try curl("http://\(host):\(port)/health/ready") == "200", "\(host)") }

        let health = ["health", "--port", String(port)] + flags
        let outcome = try ChildProcess(
            TestServer.program,
            health,
            environment: variable.isEmpty ? [:] : ["TRAINYARD_HOST": variable]
        ).wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
        process.signal(SIGTERM)
        #expect(process.wait().status == 0)
    }

    @Test func `each address is held against who may come without a token`() throws {
        let folder = try TemporaryFolder()
        for hosts in [
            ["--host", "127.0.0.1,0.0.0.0"], ["--host", "127.0.0.1", "--host", "::"], ["--host", "127.x.y"],
        ] {
            try start(folder, hosts + ["--anonymous", "local"]).wait()
                .expectRefusal(status: 64, "whoever reaches this address could use the server")
        }
        let server = try TestServer(["--anonymous", "local", "--host", "127.0.0.1", "--host", "127.0.0.1"])
        server.stop()
        try start(folder, ["--host", "127.0.0.1,"]).wait()
            .expectRefusal(status: 64, "--host: expected a value, found an empty one")
    }

    @Test(.enabled(if: Namespace.isAvailable))
    func `an address on which the shared port is taken gets one of its own`() throws {
        let folder = try TemporaryFolder()
        // Two ports are left to choose from: one is taken in IPv4, the other one in IPv6.
        let process = try Namespace.start(
            """
            echo 50000 50001 >/proc/sys/net/ipv4/ip_local_port_range
            exec python3 -c 'import os, socket, sys
            four, six = socket.socket(), socket.socket(socket.AF_INET6)
            four.bind(("127.0.0.1", 50001)), four.listen(), six.bind(("::1", 50000)), six.listen()
            for held in (four, six): os.set_inheritable(held.fileno(), True)
            os.execv(sys.argv[1], sys.argv[1:])' "$@"
            """,
            ["serve", "--host", "127.0.0.1,::1", "--port", "0", "--data", folder.path("data")]
        )
        #expect(
            try lines(process) == [
                "trainyard listening on http://127.0.0.1:50000", "trainyard listening on http://[::1]:50001",
            ]
        )
    }

    @Test(.enabled(if: Namespace.isAvailable))
    func `where IPv6 is switched off the line says so`() throws {
        let folder = try TemporaryFolder()
        let process = try Namespace.start(
            #"echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@""#,
            ["serve", "--host", "::1", "--port", "0", "--data", folder.path("data")]
        )
        process.wait().expectRefusal(status: 69, "or IPv6 is switched off")
    }

    // MARK: Behind a proxy

    /// A model and a job made by way of a proxy, and what the answers say of their places.
    private func places(_ server: TestServer, _ path: String, _ fields: [String] = []) throws -> [String?] {
        let made = try server.post(path + "/models", Samples.line, fields)
        let data = #"{"x": [[1, 2], [3, 4]], "y": [[1], [2]]}"#
        let started = try server.post(
            path + "/train",
            #"{"model": "line", "loss": "mse", "data": \#(data)}"#,
            fields + ["--header", "Idempotency-Key: once"]
        )
        let again = try server.post(
            path + "/train",
            #"{"model": "line", "loss": "mse", "data": \#(data)}"#,
            fields + ["--header", "Idempotency-Key: once"]
        )
        let document = try server.get(path + "/openapi.json", fields)
        #expect(made.status == 201 && started.status == 202 && again.status == 202, "\(started.text)")
        return [
            made.fields["location"], started.fields["location"], again.fields["location"],
            try document["servers", "0", "url"]?.string(),
        ]
    }

    @Test(arguments: ["", "/yard"])
    func `a base path stands before every path of an answer, whether the proxy strips it or not`(path: String) throws {
        try withServer(["--base-path", "/yard"]) { server in
            let expected = ["/yard/models/line", "/yard/jobs/1", "/yard/jobs/1", "/yard"]
            let found = try places(server, path, ["--header", "X-Forwarded-Prefix: /other"])
            #expect(found == expected)
            #expect(try server.get(path + "/models/line").status == 200)
            #expect(try server.get("/other/models/line").status == 404)
        }
        let server = try TestServer(environment: ["TRAINYARD_BASE_PATH": "/yard"])
        defer { server.stop() }
        #expect(try server.get("/yard/health/ready").status == 200)
    }

    @Test(arguments: [
        ("127.0.0.0/8", "/yard"), ("10.0.0.1, 127.0.0.1", "/yard"), ("10.0.0.0/8", ""), ("unix", ""), ("", ""),
    ])
    func `a trusted proxy may say what it is`(proxies: String, prefix: String) throws {
        try withServer(proxies.isEmpty ? [] : ["--trusted-proxy", proxies]) { server in
            let forwarded = ["--header", "X-Forwarded-Prefix: /yard"]
            let expected = [
                prefix + "/models/line", prefix + "/jobs/1", prefix + "/jobs/1", prefix.isEmpty ? "/" : prefix,
            ]
            let found = try places(server, "", forwarded)
            #expect(found == expected)
            #expect(try server.get("/yard/models/line", forwarded).status == (prefix.isEmpty ? 404 : 200))
            #expect(try server.get("/openapi.json")["servers", "0", "url"]?.string() == "/")
            for bad in ["//evil.example", "/a/../b", "/a b", "/yard/", "http://evil.example"] {
                let reply = try server.get("/openapi.json", ["--header", "X-Forwarded-Prefix: \(bad)"])
                #expect(try reply["servers", "0", "url"]?.string() == "/", "\(bad)")
            }
        }
    }

    @Test(arguments: [
        (["--base-path", "yard"], "--base-path: expected a path such as /yard"),
        (["--base-path", "/"], "--base-path: expected"), (["--base-path", "/yard/"], "--base-path: expected"),
        (["--base-path", "/a/../b"], "--base-path: expected"), (["--base-path", "/a?b"], "--base-path: expected"),
        (["--base-path", "http://a.example/yard"], "--base-path: expected"),
        (["--trusted-proxy", "proxy.example"], "--trusted-proxy: expected addresses or ranges"),
        (["--trusted-proxy", "10.0.0.0/40"], "--trusted-proxy: expected addresses or ranges"),
        (["--trusted-proxy", "10.0.0.1,"], "--trusted-proxy: expected a value"),
    ])
    func `a bad path or proxy is one line and status 64`(flags: [String], sentence: String) throws {
        try ChildProcess(TestServer.program, ["serve"] + flags).wait().expectRefusal(status: 64, sentence)
    }
}

/// A network namespace of a test's own, with nothing in it but the loopback interface; needs the right to make one.
enum Namespace {
    /// Whether this user may make one.
    static let isAvailable: Bool = {
        guard getuid() == 0, let probe = try? ChildProcess("/usr/bin/env", inside("true") + ["sh"]) else {
            return false
        }
        return probe.wait().status == 0
    }()

    /// Starts the program there by a script, whose arguments it is with its own.
    static func start(_ script: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess("/usr/bin/env", inside(script) + ["sh", TestServer.program] + arguments)
    }

    private static func inside(_ script: String) -> [String] {
        ["unshare", "--net", "sh", "-c", "ip link set lo up && { \(script)\n}"]
    }
}
