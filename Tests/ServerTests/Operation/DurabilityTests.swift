import Foundation
import JSON
import Synchronization
import Testing

/// That what is acknowledged is on the disk, and what happens where the disk does not take it.
struct DurabilityTests {
    private static let log = "trainyard.sqlite-wal"

    /// Starts a server on a disk, which writes nothing by itself meanwhile: its signs of life are 20 minutes apart.
    private func server(on disk: PowerCutDisk, environment: [String: String] = [:]) throws -> TestServer {
        try TestServer(on: disk.folder, ["--lease", "3600"], environment: disk.environment.merging(environment) { $1 })
    }

    /// Ends a server without a warning, and cuts the power of its disk.
    private func cut(_ server: TestServer, _ disk: PowerCutDisk) throws {
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        try disk.cut()
    }

    private func line(_ name: String) -> String { Samples.line.replacing(#""line""#, with: "\"\(name)\"") }

    @Test func `whatever is acknowledged was written to the disk before its answer left`() throws {
        let disk = try PowerCutDisk()
        let server = try server(on: disk)
        defer { server.stop() }
        try server.define(Samples.line)
        let rows = #"{"x": [[0, 1]], "y": [1]}"#
        let weights = try server.get("/models/line/weights").body
        let octets = "application/octet-stream"
        // Between two requests nothing else must write; the built-in datasets are in place by now.
        let requests: [(String, () throws -> Reply)] = [
            ("a model", { try server.post("/models", self.line("other")) }),
            ("a dataset", { try server.put("/datasets/rows", Array(rows.utf8), contentType: "application/json") }),
            ("weights", { try server.put("/models/line/weights", weights, contentType: octets) }),
            ("an alias", { try server.curl("PUT", "/models/line/aliases/stable", json: #"{"version": 1}"#) }),
            (
                "a job",
                { try server.post("/train", #"{"model": "line", "dataset": "rows", "epochs": 1, "loss": "mse"}"#) }
            ),
            ("the end of a model", { try server.curl("DELETE", "/models/other") }),
        ]

        for (what, request) in requests {
            let before = disk.log.count
            let status = try request().status
            let lines = disk.log.dropFirst(before)
            #expect((200..<300).contains(status), "\(what): \(status)")
            let answer = try #require(lines.firstIndex(of: "send \(status)"), "\(what): \(lines)")
            #expect(lines[..<answer].contains { $0.hasPrefix("sync ") && $0.hasSuffix(Self.log) }, "\(what): \(lines)")
        }
    }

    @Test func `writers that come at the same time share the wait for the disk`() throws {
        let disk = try PowerCutDisk()
        let server = try server(on: disk, environment: ["POWERCUT_MICROSECONDS": "5000"])
        defer { server.stop() }
        let (clients, each) = (16, 10)
        let before = disk.log.count
        let statuses = Mutex<[Int?]>([])

        let ended = DispatchGroup()
        for client in 0..<clients {
            ended.enter()
            Thread {
                for number in 0..<each {
                    let model = self.line("m-\(client)-\(number)")
                    let answer = LooseClient(port: server.port).send("POST", "/models", model)
                    statuses.withLock { $0.append(answer?.status) }
                }
                ended.leave()
            }.start()
        }
        ended.wait()
        let syncs = disk.log.dropFirst(before).count { $0.hasPrefix("sync ") && $0.hasSuffix(Self.log) }

        #expect(statuses.withLock { $0 } == Array(repeating: 201, count: clients * each))
        #expect(syncs < clients * each / 3, "\(syncs) waits for \(clients * each) models")
    }

    @Test func `a new data folder and those it lies in are there after a power cut`() throws {
        let disk = try PowerCutDisk()
        let folder = TemporaryFolder(existing: disk.folder.path("new/deep"))
        let server = try TestServer(on: folder, environment: disk.environment)
        try server.define(Samples.line)

        try cut(server, disk)

        let again = try TestServer(on: folder)
        #expect(try again.get("/models/line").status == 200)
        again.stop()
    }

    @Test func `what the disk did not take is refused, and does not come back`() throws {
        let disk = try PowerCutDisk()
        let server = try server(on: disk)
        try server.define(Samples.line)
        let data = #"{"x": [[0, 1]], "y": [1]}"#

        try disk.fail(synchronizing: Self.log)
        for refused in [
            try server.post("/models", line("refused")),
            try server.put("/datasets/refused", Array(data.utf8), contentType: "application/json"),
            try server.post("/train", #"{"model": "line", "data": \#(data), "epochs": 1, "loss": "mse"}"#),
            try server.get("/health/ready"),
        ] {
            #expect(refused.status == 503, "\(refused.text)")
            #expect(refused.fields["retry-after"] != nil)
            #expect(try refused["detail"]?.string().contains("the disk did not take") == true, "\(refused.text)")
        }
        #expect(try server.get("/models/line").status == 200)
        #expect(try server.get("/models/refused").status == 404)
        #expect(try server.get("/predict?model=line&input=[1,2]").status == 200)
        #expect(try server.get("/health/live").status == 200)
        // A kill leaves the log with all that was written into it, on the disk or not.
        server.process.signal(SIGKILL)
        _ = server.process.wait()
        try disk.fail(synchronizing: nil)
        let again = try self.server(on: disk)
        for path in ["/models/refused", "/datasets/refused"] { #expect(try again.get(path).status == 404) }
        #expect(try again.get("/jobs")["jobs"]?.count == 0)

        try disk.fail(synchronizing: Self.log)
        #expect(try again.post("/models", line("refused")).status == 503)
        try disk.fail(synchronizing: nil)
        #expect(try again.post("/models", line("accepted")).status == 201)
        #expect(try again.get("/health/ready").status == 200)
        try cut(again, disk)
        let last = try self.server(on: disk)
        #expect(try last.get("/models/refused").status == 404)
        #expect(try last.get("/models/accepted").status == 200)
        last.stop()
        #expect(try disk.folder.trainyard("check").status == 0)
    }

    @Test func `where the database does not get to the disk the log holds all, and readiness tells`() throws {
        let disk = try PowerCutDisk()
        let server = try server(on: disk)
        let client = LooseClient(port: server.port)
        var count = 0
        /// Makes models, of which each takes some pages of the log, until the log is due to be moved.
        func makeModels(until isEnough: () throws -> Bool) throws {
            while try !isEnough() {
                try #require(count < 4000)
                count += 1
                try #require(client.send("POST", "/models", line("m-\(count)"))?.status == 201)
            }
        }

        try disk.fail(synchronizing: "trainyard.sqlite")
        try makeModels { count % 50 == 49 && client.send("GET", "/health/ready")?.status == 503 }
        let problem = try server.get("/health/ready")
        #expect(try problem["detail"]?.string().contains("moving the log into") == true, "\(problem.text)")
        try disk.fail(synchronizing: nil)
        try makeModels { count % 50 == 49 && client.send("GET", "/health/ready")?.status == 200 }
        try cut(server, disk)

        let again = try self.server(on: disk)
        #expect(try again.get("/metrics").text.contains("trainyard_store_up 1"))
        for number in [1, count / 2, count] { #expect(try again.get("/models/m-\(number)").status == 200) }
        again.stop()
        #expect(try disk.folder.trainyard("check").status == 0)
    }

    @Test func `a backup, an export, an import and a restored folder are there whole once the command has ended`()
        throws
    {
        let disk = try PowerCutDisk()
        let folder = disk.folder
        func run(_ arguments: String..., data: String = "data") throws {
            let command = arguments + ["--data", folder.path(data)]
            let outcome = try ChildProcess(TestServer.program, command, environment: disk.environment).wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
            try disk.cut()
        }
        let server = try server(on: disk)
        try server.define(Samples.cnn())
        _ = try server.trained(Samples.digits(epochs: 1))
        server.stop()
        try disk.cut()

        try run("backup", folder.path("copy.tar"))
        try run("restore", folder.path("copy.tar"), data: "restored")
        try run("export", "cnn", folder.path("cnn.model"), data: "restored")
        try run("import", folder.path("cnn.model"), "--as", "again", data: "restored")

        let outcome = try folder.trainyard("check", data: "restored")
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
        #expect(outcome.text.contains("2 versions"), "\(outcome.text)")
    }
}
