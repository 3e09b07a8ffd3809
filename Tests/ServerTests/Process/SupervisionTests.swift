import Foundation
import GRDB
import Testing

/// What supervisors see: the health command, service managers, limits of the machine.
struct SupervisionTests {
    private func health(_ arguments: String..., environment: [String: String] = [:]) throws -> ChildProcess.Outcome {
        try ChildProcess(TestServer.program, ["health"] + arguments, environment: environment).wait()
    }

    @Test func `a server that answers is healthy`() throws {
        try withServer { server in
            let ready = try health("--port", "\(server.port)")
            #expect(ready.status == 0 && ready.text == "ready\n", "\(ready.errors)")
            let live = try health("--live", environment: ["TRAINYARD_PORT": "\(server.port)"])
            #expect(live.status == 0 && live.text == "live\n", "\(live.errors)")
        }
    }

    @Test func `a server for all interfaces is asked on the loopback one, and tokens aren't needed`() throws {
        let folder = try TemporaryFolder()
        let tokens = try folder.write(Array("full a-token-for-the-tests\n".utf8), to: "tokens")
        try withServer(["--host", "0.0.0.0", "--token-file", tokens]) { server in
            let environment = ["TRAINYARD_HOST": "0.0.0.0", "TRAINYARD_PORT": "\(server.port)"]
            let outcome = try health(environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test func `nobody at the address is status 1`() throws {
        let server = try TestServer()
        server.stop()
        try health("--port", "\(server.port)").expectRefusal(status: 1, "127.0.0.1:\(server.port): connect: ")
        let missing = try TemporaryFolder().path("socket")
        try health("--unix-socket", missing).expectRefusal(status: 1, "unix:\(missing): connect: ")
    }

    @Test func `a server that doesn't answer in time is status 1`() throws {
        let server = try TestServer()
        server.process.signal(SIGSTOP)
        defer {
            server.process.signal(SIGCONT)
            server.stop()
        }
        try health("--port", "\(server.port)", "--timeout", "0.3").expectRefusal(status: 1, "no answer in 0.3 seconds")
    }

    @Test func `a server that can't write is alive but not ready`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        let other = try DatabaseQueue(path: folder.path("data/trainyard.sqlite"))
        try other.inDatabase { database in
            try database.execute(sql: "BEGIN IMMEDIATE")

            let ready = try health("--port", "\(server.port)", "--timeout", "60")
            ready.expectRefusal(status: 1, "the server is not well: 503")
            let live = try health("--port", "\(server.port)", "--live")
            #expect(live.status == 0, "\(live.errors)")
            try database.execute(sql: "COMMIT")
        }
    }

    @Test(arguments: [
        (["--port", "0"], "--port: expected an integer from 1 to 65535"),
        (["--port", "x"], "--port: expected an integer from 1 to 65535"),
        (["--timeout", "0"], "--timeout: expected a number from 0.01 to 3600"),
    ])
    func `a bad flag of the health command is status 64`(flags: [String], sentence: String) throws {
        try ChildProcess(TestServer.program, ["health"] + flags).wait().expectRefusal(status: 64, sentence)
    }

    @Test(arguments: [false, true])
    func `a service manager hears of readiness, life and the stop`(isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let manager = try NotifySocket(isAbstract ? "@trainyard-tests-\(UUID().uuidString)" : folder.path("notify"))
        let server = try TestServer(environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "200000"])

        #expect(try manager.next() == "READY=1\nSTATUS=listening on 127.0.0.1:\(server.port)")
        for _ in 1...3 { #expect(try manager.next() == "WATCHDOG=1") }
        server.stop()

        try wait(for: "the last message") { try manager.next().hasPrefix("STOPPING=1\n") ? () : nil }
    }

    @Test func `a watchdog meant for another process gets no signs of life`() throws {
        let folder = try TemporaryFolder()
        let manager = try NotifySocket(folder.path("notify"))
        let server = try TestServer(
            environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"]
        )
        #expect(try manager.next().hasPrefix("READY=1\n"))
        server.stop()
        #expect(try manager.next().hasPrefix("STOPPING=1\n"))
    }

    @Test func `a server that can't take connections any more gives no sign of life`() throws {
        let folder = try TemporaryFolder()
        let manager = try NotifySocket(folder.path("notify"))
        let server = try TestServer(environment: ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "400000"])
        defer { server.process.signal(SIGKILL) }
        #expect(try manager.next().hasPrefix("READY=1\n"))
        #expect(try manager.next() == "WATCHDOG=1")

        let limit = ["prlimit", "--pid", "\(server.process.identifier)", "--nofile=3:3"]
        try #require(try ChildProcess("/usr/bin/env", limit).wait().status == 0)

        try wait(for: "the log to tell that the server doesn't answer") {
            server.process.errors.contains("the server doesn't answer itself") ? () : nil
        }
    }

    @Test func `an address that others reach needs tokens or a word where only this machine may come`() throws {
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        let refused = try ChildProcess(
            TestServer.program,
            ["serve", "--port", "0", "--host", "0.0.0.0", "--data", data],
            environment: ["TRAINYARD_ANONYMOUS": "local"]
        )
        refused.wait().expectRefusal(status: 64, "--host 0.0.0.0: whoever reaches this address could use the server")
        #expect(!FileManager.default.fileExists(atPath: data))

        for flags in [["--anonymous", "local"], ["--anonymous", "anyone", "--host", "0.0.0.0"]] {
            try withServer(flags) { server in
                let reply = try server.get("/models")
                #expect(reply.status == 200)
            }
        }
        let odd = try ChildProcess(TestServer.program, ["serve", "--anonymous", "no"]).wait()
        odd.expectRefusal(status: 64, #"--anonymous: expected "anyone" or "local", found "no""#)
    }

    @Test func `threads follow the processors on which the program may run`() throws {
        let program = ["/usr/bin/env", "taskset", "--cpu-list", "0", TestServer.program]
        let server = try TestServer(program: program)
        defer { server.stop() }
        let line = try #require(server.process.errors.split(separator: "\n").first { $0.hasSuffix(" sizes") })
        #expect(line.contains(" threads=1 ") && line.contains(" prediction-threads=1 "), "\(line)")
    }

    @Test func `the log tells the sizes at the start`() throws {
        try withServer(["--workers", "2", "--threads", "1"]) { server in
            let line = try #require(server.process.errors.split(separator: "\n").first { $0.hasSuffix(" sizes") })
            for part in [
                "workers=2", "threads=1", "prediction-threads=", "prediction-bytes=", "batch-rows=", "max-body=",
            ] {
                #expect(line.contains(part), "\(line)")
            }
        }
    }
}
