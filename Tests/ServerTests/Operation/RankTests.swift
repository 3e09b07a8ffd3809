import Foundation
import JSON
import PrivatePostgreSQL
import Testing

/// Jobs that several workers train together, of one process and of several.
@Suite(.serialized, .enabled(if: RankLibrary.isBuilt, "needs the library that libgloo-dev makes"))
struct RankTests {
    private static let seeds = #""seed": 5, "layers": [{"type": "Rescaling", "scale": 0.0625}, "#

    /// Sums over the batch in its middle, and random numbers.
    private static let convolutions = """
        {"name": "ranks", "input_shape": [8, 8, 1], \(seeds)
          {"type": "Conv2D", "filters": 32, "kernel_size": 3}, {"type": "BatchNormalization"},
          {"type": "Activation", "activation": "relu"}, {"type": "Flatten"}, {"type": "Dropout", "rate": 0.2},
          {"type": "Dense", "units": 10, "activation": "softmax"}]}
        """

    /// Wide enough that a batch has eight parts.
    private static let dense = """
        {"name": "ranks", "input_shape": [8, 8, 1], \(seeds)
          {"type": "Flatten"}, {"type": "Dense", "units": 256, "activation": "relu"}, {"type": "Dropout", "rate": 0.3},
          {"type": "Dense", "units": 10, "activation": "softmax"}]}
        """

    private static func request(epochs: Int, _ more: String = "") -> String {
        """
        {"model": "ranks", "dataset": "digits", "epochs": \(epochs), "batch_size": 256, "seed": 3,
         "optimizer": {"type": "Adam", "learning_rate": 0.002}, "validation_split": 0.1, "metrics": ["accuracy"],
         "loss": "sparse_categorical_crossentropy"\(more.isEmpty ? "" : ", " + more)}
        """
    }

    /// Long enough that something can happen to it.
    private static let long = 250

    /// What a job of one rank comes to.
    private static func alone(_ model: String, epochs: Int) throws -> String {
        try withServer(["--threads", "2"]) { server in
            try server.define(model)
            let job = try server.trained(request(epochs: epochs))
            #expect(try job["ranks"]?.int() == 1 && job["parallel"]?.kind == .null)
            return try #require(try job["weights_sha256"]?.string())
        }
    }

    /// What the events of a job tell of its ranks.
    private func told(_ job: String, _ server: TestServer) throws -> [JSONValue] {
        let lines = try server.get("/jobs/\(job)/events").text.split(separator: "\n")
        return try lines.indices.filter { lines[$0] == "event: ranks" }.map { place in
            let data = try #require(lines[(place + 1)...].first { $0.hasPrefix("data: ") })
            return try JSONDocument(parsing: String(data.dropFirst(6))).root
        }
    }

    private func causes(_ job: String, _ server: TestServer) throws -> [String] {
        try told(job, server).map { "\(try $0["cause"]?.string() ?? "") \(try $0["ranks"]?.int() ?? 0)" }
    }

    /// Waits until so many ranks train a job, and gives them.
    private func ranks(_ count: Int, of job: String, _ server: TestServer) throws -> [JSONValue] {
        try wait(for: "\(count) ranks of job \(job)") {
            let leases = try #require(try server.get("/cluster")["leases"]).elements
            let own = try leases.first { try $0["job"]?.string() == job }
            let ranks = own?["ranks"].map { Array($0.elements) } ?? []
            let told = try server.get("/jobs/\(job)")["parallel", "ranks"]?.int()
            return ranks.count == count && told == count ? ranks : nil
        }
    }

    @Test(arguments: [convolutions, dense])
    func `one process with several workers comes to the same bits, whatever the ranks and threads`(model: String) throws
    {
        let expected = try Self.alone(model, epochs: 4)
        for (ranks, threads) in [(2, 1), (4, 1), (2, 2), (4, 2)] {
            try withServer(["--workers", "\(ranks)", "--threads", "\(threads)"]) { server in
                try server.define(model)
                let trial = try server.post("/train?dry_run=true", Self.request(epochs: 4))
                #expect(try trial["useful_ranks"]?.int() == 8)

                let job = try server.trained(Self.request(epochs: 4, "\"ranks\": \(ranks)"))

                #expect(try job["weights_sha256"]?.string() == expected, "\(ranks) ranks, \(threads) threads")
                #expect(try job["ranks"]?.int() == ranks && job["claims"]?.int() == 1)
                let parallel = try #require(job["parallel"])
                #expect(try parallel["ranks"]?.int() == ranks && parallel["transport"]?.string() == "gloo")
                #expect(parallel["nodes"]?.count == ranks && parallel["exchange_share"]?.kind == .number)
                let id = try #require(try job["id"]?.string())
                #expect(try causes(id, server) == ["began \(ranks)"])
                #expect(try server.get("/cluster")["leases"]?.count == 0)
            }
        }
    }

    @Test func `of two processes that train a job together the one that follows is killed, which costs a step`() throws
    {
        let expected = try Self.alone(Self.convolutions, epochs: Self.long)
        let folder = try TemporaryFolder()
        let servers = try ["a", "b"].map { try TestServer(on: folder, ["--node", $0, "--lease", "600"]) }
        try servers[0].define(Self.convolutions)
        let job = try servers[0].train(Self.request(epochs: Self.long, #""parallel": {"ranks": 2, "min_ranks": 2}"#))
        let found = try ranks(2, of: job, servers[0])
        let leader = try #require(try found[0]["node"]?.string())
        let place = try servers.firstIndex { try $0.get("/cluster")["node"]?.string() == leader }
        let (leading, following) = (servers[try #require(place)], servers[1 - (place ?? 0)])
        #expect(try found[1]["node"]?.string() == following.get("/cluster")["node"]?.string())
        try leading.job(job, pastEpoch: 3)

        following.process.signal(SIGKILL)
        #expect(following.process.wait().wasKilled)

        let ended = try leading.job(job, until: "succeeded")
        #expect(try ended["weights_sha256"]?.string() == expected && ended["claims"]?.int() == 1)
        #expect(try causes(job, leading) == ["began 2", "lost 1"])
        #expect(try ended["parallel", "nodes"]?.count == 1 && ended["ranks"]?.int() == 2)
        leading.stop()
        #expect(try folder.trainyard("check").status == 0)
    }

    @Test func `of two processes that train a job together the one that leads is killed, and the other one goes on`()
        throws
    {
        let expected = try Self.alone(Self.dense, epochs: Self.long)
        let folder = try TemporaryFolder()
        let flags = ["--lease", "600", "--checkpoint-interval", "0.1"]
        let servers = try ["a", "b"].map { try TestServer(on: folder, flags + ["--node", $0]) }
        try servers[0].define(Self.dense)
        let job = try servers[0].train(Self.request(epochs: Self.long, #""ranks": 2"#))
        let leader = try #require(try ranks(2, of: job, servers[0])[0]["node"]?.string())
        let place = try #require(try servers.firstIndex { try $0.get("/cluster")["node"]?.string() == leader })
        let (leading, following) = (servers[place], servers[1 - place])
        try following.job(job, pastEpoch: 3)

        leading.process.signal(SIGKILL)
        #expect(leading.process.wait().wasKilled)

        let ended = try following.job(job, until: "succeeded")
        #expect(try ended["weights_sha256"]?.string() == expected && ended["claims"]?.int() == 2)
        #expect(try ended["node"]?.string() == following.get("/cluster")["node"]?.string())
        following.stop()
    }

    @Test func `a rank whose own process is killed comes back, and who stops leaves`() throws {
        let expected = try Self.alone(Self.dense, epochs: 8 * Self.long)
        let folder = try TemporaryFolder()
        let leading = try TestServer(on: folder, ["--node", "a"])
        try leading.define(Self.dense)
        let job = try leading.train(
            Self.request(epochs: 8 * Self.long, #""parallel": {"ranks": 2, "wait_seconds": 60}"#)
        )
        try wait(for: "the leader") {
            try leading.get("/jobs/\(job)")["state"]?.string() == "running" ? () : nil
        }
        let following = try TestServer(on: folder, ["--node", "b"])
        let rank = try ranks(2, of: job, leading)[1]
        let process = try #require(try rank["pid"]?.int())
        #expect(process != Int(following.process.identifier) && process != Int(leading.process.identifier))

        kill(pid_t(process), SIGKILL)

        try wait(for: "its return") {
            try ranks(2, of: job, leading)[1]["pid"]?.int() == process ? nil : ()
        }
        following.stop()
        let ended = try leading.job(job, until: "succeeded")
        #expect(try ended["weights_sha256"]?.string() == expected)
        let told = try causes(job, leading)
        #expect(told.first == "began 2" && told[1].hasPrefix("lost ") && told.last == "left 1", "\(told)")
        leading.stop()
    }

    @Test func `a job that wants two to begin with waits in the queue, lets others run, and begins when one comes`()
        throws
    {
        let expected = try Self.alone(Self.dense, epochs: 4)
        let folder = try TemporaryFolder()
        let first = try TestServer(on: folder, ["--node", "a"])
        try first.define(Self.dense)
        let wish = #""parallel": {"ranks": 2, "min_ranks": 2, "wait_seconds": 0}, "priority": 5"#
        let job = try first.train(Self.request(epochs: 4, wish))
        try wait(for: "the wait") {
            let reply = try first.get("/jobs/\(job)")
            return try reply["progress", "waiting_for"]?.string() == "ranks"
                && reply["state"]?.string() == "queued" ? () : nil
        }

        #expect(try first.trained(Self.request(epochs: 4))["weights_sha256"]?.string() == expected)
        let second = try TestServer(on: folder, ["--node", "b"])
        let wait = wish.replacing("\"wait_seconds\": 0", with: "\"wait_seconds\": 30")
        let patient = try first.trained(Self.request(epochs: 4, wait))

        #expect(try patient["weights_sha256"]?.string() == expected && patient["parallel", "ranks"]?.int() == 2)
        #expect(try first.post("/jobs/\(job)/cancel").status == 200)
        second.stop()
        first.stop()
    }

    @Test func `a rank that computes other bits is sent away`() throws {
        let expected = try Self.alone(Self.dense, epochs: Self.long)
        let folder = try TemporaryFolder()
        let first = try TestServer(on: folder, ["--node", "a"])
        try first.define(Self.dense)
        let job = try first.train(Self.request(epochs: Self.long, #""parallel": {"ranks": 2, "wait_seconds": 60}"#))
        try wait(for: "the leader") { try first.get("/jobs/\(job)")["state"]?.string() == "running" ? () : nil }
        let other = try TestServer(on: folder, ["--node", "b"], environment: ["ONEDNN_MAX_CPU_ISA": "SSE41"])

        let ended = try first.job(job, until: "succeeded")

        #expect(try ended["weights_sha256"]?.string() == expected)
        #expect(try ended["parallel", "ranks"]?.int() == 1)
        #expect(other.process.errors.contains("sent away"))
        other.stop()
        first.stop()
    }

    @Test func `what can't be is refused, with what to do`() throws {
        try withServer(["--collectives", "none"]) { server in
            try server.define(Self.dense)
            for (more, pointer) in [
                (#""ranks": 2"#, "/ranks"), (#""ranks": 65"#, "/ranks"), (#""ranks": 0"#, "/ranks"),
                (#""ranks": 1, "parallel": {"ranks": 1}"#, "/ranks"),
                (#""parallel": {"ranks": 2, "min_ranks": 3}"#, "/parallel/min_ranks"),
                (#""parallel": {"ranks": 2, "wait_seconds": -1}"#, "/parallel/wait_seconds"),
            ] {
                let reply = try server.post("/train", Self.request(epochs: 1, more))
                #expect(
                    reply.status == 422 && reply.text.contains(#""pointer":"\#(pointer)""#),
                    "\(more): \(reply.text)"
                )
            }
            #expect(
                try server.post("/train", Self.request(epochs: 1, #""ranks": 2"#)).text.contains("--collectives none")
            )
            #expect(try server.trained(Self.request(epochs: 1, #""ranks": 1"#))["parallel"]?.kind == .null)
        }
        let wrong = try ChildProcess(TestServer.program, ["serve", "--collectives", "mpi"]).wait()
        #expect(wrong.status == 64 && wrong.errors.contains("expected auto, gloo or none"))
    }

    @Test(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
    func `servers on one database train together, and one that is killed costs a step`() throws {
        let expected = try Self.alone(Self.convolutions, epochs: Self.long)
        let flags = ["--store", try PrivateServer.shared.get().newPlace(), "--lease", "600"]
        let servers = try ["a", "b", "c", "d"].map { try TestServer(flags + ["--node", $0, "--threads", "1"]) }
        try servers[0].define(Self.convolutions)
        let wish = #""parallel": {"ranks": 4, "min_ranks": 4, "wait_seconds": 30}"#
        let job = try servers[0].train(Self.request(epochs: Self.long, wish))
        let found = try ranks(4, of: job, servers[0])
        let nodes = try Set(found.map { try $0["node"]?.string() })
        #expect(nodes.count == 4)
        let mortal = try #require(
            try servers.firstIndex { try $0.get("/cluster")["node"]?.string() == found[2]["node"]?.string() }
        )

        servers[mortal].process.signal(SIGKILL)
        #expect(servers[mortal].process.wait().wasKilled)

        let living = servers.indices.filter { $0 != mortal }.map { servers[$0] }
        let ended = try living[0].job(job, until: "succeeded")
        #expect(try ended["weights_sha256"]?.string() == expected && ended["claims"]?.int() == 1)
        #expect(try causes(job, living[0]) == ["began 4", "lost 2"])
        for server in living { server.stop() }
    }
}

/// The library by which ranks speak to each other.
private enum RankLibrary {
    /// Whether it was built, which lies beside the program.
    static let isBuilt = FileManager.default.fileExists(
        atPath: URL(filePath: TestServer.program).deletingLastPathComponent()
            .appending(path: "libtrainyard-gloo.so").path
    )
}
