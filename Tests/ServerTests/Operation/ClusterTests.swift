import Foundation
import JSON
import Testing

/// Several servers on one folder: who works, who holds what, and what becomes of it when one dies or freezes.
@Suite(.serialized)
struct ClusterTests {
    /// A training that takes a second or a few, and its model.
    private static let course = Course.all[0]
    private static let request = course.request.replacing(#/"epochs": \d+/#, with: #""epochs": 400"#)

    /// A node of the list, by its id.
    private func node(_ id: String, _ server: TestServer) throws -> JSONValue? {
        let reply = try server.get("/cluster")
        #expect(reply.status == 200)
        return try reply["nodes"]?.elements.first { try $0["id"]?.string() == id }
    }

    /// The id of a server's own node.
    private func own(_ server: TestServer) throws -> String {
        try #require(try server.get("/cluster")["node"]?.string())
    }

    /// What a metric of a server says.
    private func metric(_ name: String, _ server: TestServer) throws -> Double? {
        let lines = try server.get("/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// The starts of a job, as its events tell them.
    private func starts(_ job: String, _ server: TestServer) throws -> [String] {
        try server.get("/jobs/\(job)/events").text.split(separator: "\n")
            .filter { $0.hasPrefix("data: ") && $0.contains(#""claim":"#) }.map { String($0.dropFirst(6)) }
    }

    /// Waits until a job runs, and gives the node that has it.
    private func runner(of job: String, _ server: TestServer) throws -> String {
        try wait(for: "the start of job \(job)") {
            let reply = try server.get("/jobs/\(job)")
            return try reply["state"]?.string() == "running" ? reply["node"]?.string() : nil
        }
    }

    @Test func `of three servers the one that runs a job is killed, and it goes on elsewhere to the same weights`()
        throws
    {
        let folder = try TemporaryFolder()
        // Longer than the test waits: the others see by themselves that it is dead.
        let flags = ["--lease", "600", "--checkpoint-interval", "0.1"]
        var servers: [String: TestServer] = [:]
        for name in ["a", "b", "c"] {
            let server = try TestServer(on: folder, flags + ["--node", name])
            servers[try own(server)] = server
        }
        #expect(Set(servers.keys.map { $0.prefix(2) }) == ["a.", "b.", "c."])
        let first = try #require(servers.values.first)
        try first.define(Self.course.definition)
        let expected = try #require(try first.trained(Self.request)["weights_sha256"]?.string())
        let queued = try first.post("/train", Self.request)
        #expect(try queued["claims"]?.int() == 0 && queued["node"]?.kind == .null)
        let job = try #require(try queued["id"]?.string())

        let victim = try runner(of: job, first)
        let mortal = try #require(servers[victim])
        servers[victim] = nil
        let survivor = try #require(servers.values.first)
        let lease = try #require(survivor.get("/cluster")["leases", "0"])
        #expect(try lease["job"]?.string() == job && lease["node"]?.string() == victim && lease["token"]?.int() == 1)
        #expect(try lease["ranks"]?[0]?["pid"]?.int() == Int(mortal.process.identifier))
        try survivor.job(job, pastEpoch: 1)
        mortal.process.signal(SIGKILL)
        #expect(mortal.process.wait().wasKilled)
        let ended = try survivor.job(job, until: "succeeded")

        #expect(try ended["weights_sha256"]?.string() == expected)
        #expect(try ended["claims"]?.int() == 2)
        let heir = try #require(try ended["node"]?.string())
        #expect(servers[heir] != nil)
        #expect(
            try starts(job, survivor) == [
                #"{"state":"running","node":"\#(victim)","claim":1}"#,
                #"{"state":"running","node":"\#(heir)","claim":2}"#,
            ]
        )
        #expect(try node(victim, survivor)?["state"]?.string() == "lost")
        for id in servers.keys { #expect(try node(id, survivor)?["state"]?.string() == "up") }
        #expect(try metric(#"trainyard_cluster_nodes{state="up",role="training"}"#, survivor) == 2)
        #expect(try metric(#"trainyard_cluster_nodes{state="lost",role="training"}"#, survivor) == 1)
        let takenOver = try servers.values.map { try metric("trainyard_jobs_taken_over_total", $0) ?? 0 }
        #expect(takenOver.reduce(0, +) == 1)

        for server in servers.values { server.stop() }
        #expect(try folder.trainyard("check").status == 0)
    }

    @Test func `a server that freezes and comes back writes nothing more of a job that another one took`() throws {
        let folder = try TemporaryFolder()
        let flags = ["--lease", "1", "--checkpoint-interval", "0.1"]
        let frozen = try TestServer(on: folder, flags + ["--node", "frozen"])
        try frozen.define(Self.course.definition)
        let expected = try #require(try frozen.trained(Self.request)["weights_sha256"]?.string())
        let id = try own(frozen)
        let heir = try TestServer(on: folder, flags + ["--node", "heir", "--workers", "0"])
        // Long enough to run still when the other one has seen that it lost it.
        let request = Self.course.request.replacing(#/"epochs": \d+/#, with: #""epochs": 20000"#)
        let long = try frozen.train(request)
        try frozen.job(long, pastEpoch: 1)
        heir.stop()
        let active = try TestServer(on: folder, flags + ["--node", "active"])

        // Stopped in the middle of a write it would keep the database's lock, and nobody could take anything.
        try wait(for: "the takeover") {
            frozen.process.signal(SIGSTOP)
            let deadline = ContinuousClock.now + .seconds(15)
            while ContinuousClock.now < deadline {
                if try active.get("/jobs/\(long)")["claims"]?.int() == 2 { return () }
                Thread.sleep(forTimeInterval: 0.1)
            }
            frozen.process.signal(SIGCONT)
            Thread.sleep(forTimeInterval: 0.05)
            return nil
        }
        #expect(try node(id, active)?["state"]?.string() == "lost")
        frozen.process.signal(SIGCONT)

        try wait(for: "the loss to be seen") {
            try metric("trainyard_leases_lost_total", frozen) == 1 ? () : nil
        }
        #expect(try node(id, active)?["state"]?.string() == "up")
        #expect(try metric("trainyard_jobs_taken_over_total", active) == 1)
        let holder = try #require(try active.get("/cluster")["leases", "0", "node"]?.string())
        #expect(holder.hasPrefix("active."))
        #expect(try metric("trainyard_leases", active) == 1)
        #expect(try metric("trainyard_leases", frozen) == 0)
        #expect(try active.get("/jobs/\(long)")["claims"]?.int() == 2)
        #expect(try active.post("/jobs/\(long)/cancel").status == 200)
        _ = try active.job(long, until: "cancelled")
        #expect(try starts(long, active).count == 2)

        // It works on, as one among others.
        let digests = try (0..<4).map { _ in try active.train(Self.request) }
            .map { try active.job($0, until: "succeeded")["weights_sha256"]?.string() }
        #expect(digests.allSatisfy { $0 == expected })
        for server in [frozen, active] { server.stop() }
        #expect(try folder.trainyard("check").status == 0)
    }

    @Test func `a server that stops gives its job back and leaves the list at once`() throws {
        let folder = try TemporaryFolder()
        let flags = ["--lease", "600"]
        let first = try TestServer(on: folder, flags + ["--node", "first"])
        try first.define(Self.course.definition)
        let expected = try #require(try first.trained(Self.request)["weights_sha256"]?.string())
        let job = try first.train(Self.request)
        try first.job(job, pastEpoch: 1)
        let second = try TestServer(on: folder, flags + ["--node", "second"])
        defer { second.stop() }

        first.stop()

        #expect(try second.get("/cluster")["nodes"]?.count == 1)
        let ended = try second.job(job, until: "succeeded")
        #expect(try ended["weights_sha256"]?.string() == expected)
        #expect(try ended["node"]?.string().hasPrefix("second.") == true)
        #expect(try metric("trainyard_jobs_taken_over_total", second) == 0)
    }

    @Test func `a server without workers takes jobs in, which others run, and shows what these make`() throws {
        let folder = try TemporaryFolder()
        let serving = try TestServer(on: folder, ["--workers", "0"], environment: ["TRAINYARD_NODE": "front"])
        defer { serving.stop() }
        try serving.define(Self.course.definition)
        let job = try serving.train(Self.request)
        let id = try own(serving)
        let found = try #require(try node(id, serving))
        #expect(id.hasPrefix("front."))
        #expect(found["roles"]?.source == #"["serving"]"#)
        #expect(try found["workers"]?.int() == 0 && found["pid"]?.int() == Int(serving.process.identifier))
        #expect(try found["address"]?.string() == "127.0.0.1:\(serving.port)")
        #expect(try metric(#"trainyard_cluster_nodes{state="up",role="serving"}"#, serving) == 1)
        #expect(try metric(#"trainyard_cluster_nodes{state="up",role="training"}"#, serving) == 0)
        #expect(try serving.get("/jobs/\(job)")["state"]?.string() == "queued")

        let training = try TestServer(on: folder)
        defer { training.stop() }
        _ = try serving.job(job, until: "succeeded")
        #expect(
            try serving.post("/predict", #"{"model": "adam", "version": 1, "instances": [\#(Samples.zero)]}"#).status
                == 200
        )
    }

    @Test func `while the store is out of reach a server knows itself alone, and is ready for predictions`() throws {
        let folder = try TemporaryFolder()
        let server = try TestServer(on: folder)
        defer { server.stop() }
        let store = try #require(try server.get("/cluster")["store"])
        #expect(try store["engine"]?.string() == "sqlite" && store["up"]?.bool() == true)
        #expect(store["error"]?.kind == .null && store["notifications"]?.source == "false")
        #expect(try store["clock_offset_ms"]?.int() == 0)
        let schema = try #require(try store["schema"]?.string())
        let sqlite = try #require(try store["server"]?.string())
        #expect(schema.hasPrefix("v") && sqlite.hasPrefix("3."))
        let information = "trainyard_store_info{engine=\"sqlite\",server=\"\(sqlite)\",schema=\"\(schema)\"}"
        #expect(try metric(information, server) == 1)
        let address = ["health", "--port", "\(server.port)"]
        func health(_ arguments: [String] = []) throws -> Int32 {
            try ChildProcess(TestServer.program, address + arguments).wait().status
        }
        #expect(try health() == 0)

        #expect(rename(folder.path("data"), folder.path("away")) == 0)
        let reply = try server.get("/cluster")
        #expect(reply.status == 200)
        #expect(try reply["store", "up"]?.bool() == false)
        #expect(try reply["store", "error"]?.string().contains("it is gone") == true)
        #expect(try reply["nodes"]?.count == 1 && reply["nodes", "0", "id"]?.string() == reply["node"]?.string())
        #expect(try metric("trainyard_store_up", server) == 0)
        #expect(try server.get("/health/ready").status == 503)
        #expect(try server.get("/health/ready?for=predictions").status == 200)
        #expect(try server.get("/health/ready?for=tea").status == 400)
        #expect(try health() == 1)
        #expect(try health(["--for", "predictions"]) == 0)
        #expect(try health(["--for", "tea"]) == 64)
        #expect(rename(folder.path("away"), folder.path("data")) == 0)

        #expect(try server.get("/cluster")["store", "up"]?.bool() == true)
        #expect(try health() == 0)
    }
}
