import Foundation
import JSON
import Testing

/// Starting, stopping and the command line.
struct ProcessTests {
    private func run(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
        try ChildProcess(TestServer.program, arguments, environment: environment).wait()
    }

    @Test func `the server is alive and ready once it says where it listens`() throws {
        try withServer { server in
            for path in ["/health/live", "/health/ready"] {
                let reply = try server.get(path)
                #expect(reply.status == 200)
                #expect(reply.text == #"{"status":"ok"}"#)
            }
            #expect(String(decoding: server.process.output, as: UTF8.self).split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal stops the server with status 0, also while a job runs`(number: Int32) throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let id = try server.train(Samples.digits(epochs: 100_000))
        try server.job(id, pastEpoch: 1)

        let start = ContinuousClock.now
        server.process.signal(number)
        let outcome = server.process.wait()

        #expect(outcome.status == 0 && !outcome.wasKilled, "\(outcome.errors)")
        #expect(start.duration(to: .now) < .seconds(60))
    }

    @Test func `after a stop the database file alone holds everything`() throws {
        let server = try TestServer()
        let created = try server.post("/models", Samples.cnn())
        server.stop()

        let copy = try TemporaryFolder()
        let data = copy.url.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: server.data.appending(path: "trainyard.sqlite"),
            to: data.appending(path: "trainyard.sqlite")
        )
        let again = try TestServer(on: copy)
        defer { again.stop() }

        #expect(try again.get("/models/cnn").body == created.body)
    }

    @Test func `a request in flight is answered when the server stops`() throws {
        let server = try TestServer()
        let socket = try RawSocket(port: server.port)
        let body = Samples.line
        try socket.send(
            "POST /models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Expect: 100-continue\r\n\r\n"
        )
        // The server asks for the body, so the request is in flight.
        _ = try socket.read { $0.hasSuffix("\r\n\r\n") }
        server.process.signal(SIGTERM)
        try socket.send(body)

        #expect(try socket.read().contains("HTTP/1.1 201 "))
        #expect(server.process.wait().status == 0)
    }

    @Test(arguments: [
        (["--port", "x"], #"--port: expected an integer from 0 to 65535, found "x""#),
        (["--port", "65536"], "--port: expected an integer from 0 to 65535"),
        (["--workers=-1"], "--workers: expected an integer from 0 to 256"),
        (["--node", "a b"], #"--node: expected 1 to 100 letters, digits, ".", "_" and "-", found "a b""#),
        (["--threads", "-1"], "--threads"),
        (["--max-body", "1"], "--max-body: expected an integer from 1024"),
        (["--token-file", "/nowhere"], "--token-file: /nowhere can't be read"),
        (["--prot", "1"], "--port"),
        (["now"], "now"),
    ])
    func `a bad flag is one line and status 64`(flags: [String], sentence: String) throws {
        let outcome = try run(["serve"] + flags)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func `flags come from the environment too, and the command line counts first`() throws {
        let bad = try run(["serve"], environment: ["TRAINYARD_PORT": "x"])
        #expect(bad.status == 64)
        #expect(bad.errors.contains(#"TRAINYARD_PORT: expected an integer from 0 to 65535, found "x""#))

        let server = try TestServer(environment: ["TRAINYARD_PORT": "x", "TRAINYARD_MAX_BODY": "2000"])
        defer { server.stop() }
        #expect(try server.post("/models", String(repeating: " ", count: 3000)).status == 413)
    }

    @Test func `a data folder that can't be used is one line, and a status that says why`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write([], to: "file")
        try run(["serve", "--port", "0", "--data", file]).expectRefusal(status: 73, file)
        try FileManager.default.createDirectory(atPath: folder.path("data"), withIntermediateDirectories: false)
        let damaged = try folder.write([UInt8](repeating: 7, count: 8192), to: "data/trainyard.sqlite")
        try run(["serve", "--port", "0", "--data", folder.path("data")]).expectRefusal(status: 65, damaged)
    }

    @Test func `a port that is taken is one line`() throws {
        try withServer { server in
            let folder = try TemporaryFolder()
            let outcome = try run(["serve", "--port", "\(server.port)", "--data", folder.url.path])
            #expect(outcome.status == 69)
            #expect(outcome.errors.contains("\(server.port)"))
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }

    @Test func `the version and the help go to standard output`() throws {
        let version = try run(["--version"])
        #expect(version.status == 0)
        #expect(String(decoding: version.output, as: UTF8.self).hasPrefix("trainyard "))
        let help = try run(["serve", "--help"])
        #expect(help.status == 0)
        for flag in ["--host", "--port", "--data", "--workers", "--threads", "--token-file", "--max-body"] {
            #expect(String(decoding: help.output, as: UTF8.self).contains(flag))
        }
    }

    @Test func `with a token file every request but the health checks needs a token`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("# for the tests\n\nsecret-1\nsecret-2\n".utf8), to: "tokens")
        try withServer(["--token-file", file]) { server in
            #expect(try server.get("/health/live").status == 200)
            #expect(try server.get("/health/ready").status == 200)
            let none = try server.get("/models")
            #expect(none.status == 401)
            #expect(none.fields["www-authenticate"] == "Bearer")
            #expect(try server.get("/models", ["--header", "Authorization: Bearer secret"]).status == 401)
            #expect(try server.get("/models", ["--header", "Authorization: Bearer secret-2"]).status == 200)
        }
    }

    @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    func `a server that is started with standard streams closed answers and writes into nothing else`(
        streams: String
    ) throws {
        let folder = try TemporaryFolder()
        let socket = folder.path("socket")
        let serve = "exec '\(TestServer.program)' serve --port 0 --unix-socket '\(socket)' --access-log"
        let server = try ChildProcess("/bin/sh", ["-c", "\(serve) --data '\(folder.path("data"))' \(streams)"])
        let curl = [
            "curl", "--silent", "--unix-socket", socket, "--write-out", "%{http_code}", "--output", "/dev/null",
        ]
        func status(_ arguments: String...) throws -> String {
            try ChildProcess("/usr/bin/env", curl + arguments).wait().text
        }
        _ = try wait(for: "the server") { try status("http://localhost/health/ready") == "200" ? true : nil }

        let model = #"{"name": "m", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#
        #expect(try status("http://localhost/models", "--data-binary", model) == "201")
        #expect(try status("http://localhost/models/m") == "200")
        server.signal(SIGTERM)

        #expect(server.wait().status == 0)
        #expect(try folder.trainyard("check").status == 0)
    }

    @Test func `what Kubernetes says of a Service named trainyard is no setting`() throws {
        let server = try TestServer(environment: [
            "TRAINYARD_PORT": "tcp://10.96.0.7:8080", "TRAINYARD_PORT_8080_TCP": "tcp://10.96.0.7:8080",
            "TRAINYARD_SERVICE_HOST": "10.96.0.7",
        ])
        defer { server.stop() }
        #expect(try server.get("/health/live").status == 200)
        #expect(server.process.errors.contains("variable=TRAINYARD_PORT"))
        let refused = try run(["serve"], environment: ["TRAINYARD_PORT": "8o80"])
        refused.expectRefusal(status: 64, "TRAINYARD_PORT: expected an integer")
    }
}
