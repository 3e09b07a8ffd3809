import Foundation
import JSON
import PrivatePostgreSQL
import Testing

/// The program with its store in a PostgreSQL.
@Suite(.enabled(if: PrivateServer.isInstalled, "needs a PostgreSQL to start"))
struct PostgreSQLTests {
    /// What the store says of a job's weights, whichever engine it is on.
    private func weights(_ server: TestServer) throws -> String {
        try server.define(Samples.cnn())
        return try #require(try server.trained(Samples.digits(epochs: 2))["weights_sha256"]?.string())
    }

    @Test func `what is trained on a PostgreSQL has the same bits, goes on elsewhere, and moves to a folder and back`()
        throws
    {
        let database = try PrivateServer.shared.get()
        let place = try database.newPlace()
        let store = ["--store", place]
        let folder = try TemporaryFolder()
        let plain = try TestServer()
        defer { plain.stop() }
        let first = try TestServer(store)

        let digest = try weights(first)
        #expect(try weights(plain) == digest)
        let job = try first.train(Samples.digits(epochs: 100_000))
        try first.job(job, pastEpoch: 1)
        first.process.signal(SIGKILL)
        _ = first.process.wait()

        let second = try TestServer(store + ["--lease", "1"])
        try second.job(job, pastEpoch: 2)
        #expect(try second.post("/jobs/\(job)/cancel").status == 200)
        _ = try wait(for: "the cancel") { try second.get("/jobs/\(job)").text.contains("cancelled") ? () : nil }
        #expect(try second.get("/predict?model=cnn&input=\(Samples.zero)").status == 200)
        second.stop()

        let environment = ["TRAINYARD_STORE": place]
        let check = try ChildProcess(TestServer.program, ["check"], environment: environment).wait()
        #expect(check.status == 0 && check.text.hasPrefix("verified 1 version, "), "\(check.text)\(check.errors)")
        let file = folder.path("all.tar")
        let backup = try ChildProcess(TestServer.program, ["backup", file, "--store", place]).wait()
        #expect(backup.status == 0, "\(backup.errors)")
        #expect(try folder.trainyard("restore", file).status == 0)
        #expect(try folder.trainyard("check").status == 0)
        let other = try database.newPlace()
        let restored = try ChildProcess(TestServer.program, ["restore", file, "--store", other]).wait()
        #expect(restored.status == 0 && !restored.text.contains("@"), "\(restored.errors)")
        let third = try TestServer(["--store", other])
        defer { third.stop() }
        #expect(try third.get("/models/cnn/versions/1")["weights_sha256"]?.string() == digest)
    }

    @Test func `of two servers on one database the one that runs a job is killed, and it goes on at once in the other`()
        throws
    {
        // Far longer than the test waits: the other one sees by itself that it is dead.
        let flags = [
            "--store", try PrivateServer.shared.get().newPlace(), "--lease", "3600", "--checkpoint-interval", "0.1",
        ]
        let request = Samples.digits(epochs: 40)
        let servers = try ["first", "second"].map { try TestServer(flags + ["--node", $0]) }
        try servers[0].define(Samples.cnn())
        let expected = try #require(try servers[0].trained(request)["weights_sha256"]?.string())
        var ids: [String] = []
        for server in servers {
            let cluster = try server.get("/cluster")
            let nodes = try #require(cluster["nodes"]?.elements)
            #expect(try nodes.map { try $0["name"]?.string() } == ["first", "second"])
            #expect(try nodes.allSatisfy { try $0["state"]?.string() == "up" })
            #expect(try cluster["store", "engine"]?.string() == "postgresql")
            #expect(try cluster["store", "up"]?.bool() == true && cluster["store", "schema"]?.string() == "v12")
            _ = try wait(for: "notices of the database") {
                try server.get("/cluster")["store", "notifications"]?.bool() == true ? () : nil
            }
            ids.append(try #require(try cluster["node"]?.string()))
        }

        let job = try servers[0].train(request)
        let runner = try wait(for: "the start of the job") {
            let reply = try servers[0].get("/jobs/\(job)")
            return try reply["state"]?.string() == "running" ? reply["node"]?.string() : nil
        }
        let place = try #require(ids.firstIndex(of: runner))
        let (mortal, heir) = (servers[place], servers[1 - place])
        defer { heir.stop() }
        let leases = try heir.get("/cluster")
        #expect(try leases["leases", "0", "job"]?.string() == job && leases["leases", "0", "node"]?.string() == runner)
        #expect(try leases["leases", "0", "ranks", "0", "pid"]?.int() == Int(mortal.process.identifier))
        try heir.job(job, pastEpoch: 1)
        mortal.process.signal(SIGKILL)
        #expect(mortal.process.wait().wasKilled)

        let ended = try heir.job(job, until: "succeeded")
        #expect(try ended["weights_sha256"]?.string() == expected)
        #expect(try ended["claims"]?.int() == 2 && ended["node"]?.string() == ids[1 - place])
        let nodes = try #require(try heir.get("/cluster")["nodes"]?.elements)
        for node in nodes {
            #expect(try node["state"]?.string() == (try node["id"]?.string() == runner ? "lost" : "up"))
        }
    }

    @Test func `while the database is away predictions go on, all else is a 503, and it comes back by itself`() throws {
        let database = try PrivateServer()
        let server = try TestServer(["--store", database.newPlace(), "--store-timeout", "1"])
        defer { server.stop() }
        let digest = try weights(server)
        let prediction = "/predict?model=cnn&input=\(Samples.zero)"
        #expect(try server.get(prediction).status == 200)
        #expect(try server.get("/health/ready").status == 200)

        try database.tell("kill")
        _ = try wait(for: "the server to notice") { try server.get("/jobs").status == 503 ? () : nil }
        let refused = try server.post("/models", Samples.line)
        #expect(refused.status == 503 && refused.fields["retry-after"] != nil, "\(refused.text)")
        #expect(try server.get("/health/ready").status == 503)
        #expect(try server.get("/health/live").status == 200)
        #expect(try server.get("/health/ready?for=predictions").status == 200)
        let metrics = try server.get("/metrics").text
        #expect(metrics.contains("\ntrainyard_store_up 0\n"))
        #expect(metrics.contains(#"trainyard_store_info{engine="postgresql",server="1"#))
        let cluster = try server.get("/cluster")
        #expect(cluster.status == 200)
        #expect(try cluster["store", "up"]?.bool() == false && cluster["store", "engine"]?.string() == "postgresql")
        #expect(try cluster["store", "error"]?.string().contains("@") == false)
        #expect(try cluster["nodes"]?.count == 1 && cluster["nodes", "0", "id"]?.string() == cluster["node"]?.string())
        let age = try wait(for: "an answer by what the name meant more than a second ago") {
            let answer = try server.get(prediction)
            #expect(answer.status == 200)
            return answer.fields["trainyard-stale"]
        }
        #expect(Int(age).map { $0 > 0 } == true)
        try database.tell("start")

        _ = try wait(for: "the database") { try server.get("/health/ready").status == 200 ? () : nil }
        _ = try wait(for: "names to be looked up") {
            try server.get(prediction).fields["trainyard-stale"] == nil ? () : nil
        }
        #expect(try server.get("/models/cnn/versions/1")["weights_sha256"]?.string() == digest)
        #expect(try server.post("/models", Samples.line).status == 201)
        #expect(try server.get("/cluster")["store", "up"]?.bool() == true)
        let counted = try server.get("/metrics").text
        #expect(counted.contains("\ntrainyard_store_reconnects_total 1\n"))
        for name in [
            #"trainyard_store_call_seconds_bucket{kind="write",le="0.001"}"#,
            #"trainyard_store_connections{state="idle"}"#, #"trainyard_store_retries_total{cause="conflict"} 0"#,
            "trainyard_store_unknown_commits_total 0", "trainyard_notifications_total", "trainyard_cache_bytes",
            "trainyard_cache_hits_total", "trainyard_cache_misses_total", "trainyard_store_connection_waits_total 0",
        ] { #expect(counted.contains("\n" + name), "\(name)") }
    }

    @Test func `a server starts while its database is away, and works when that comes`() throws {
        let database = try PrivateServer()
        let place = try database.newPlace()
        try database.tell("kill")
        let server = try TestServer(["--store", place, "--store-timeout", "1"])
        defer { server.stop() }
        #expect(try server.get("/health/live").status == 200)
        #expect(try server.get("/health/ready").status == 503)
        #expect(try server.get("/cluster")["store", "schema"]?.string() == "")

        try database.tell("start")

        _ = try wait(for: "the database") { try server.get("/health/ready").status == 200 ? () : nil }
        _ = try wait(for: "the datasets") { try server.get("/datasets/digits").status == 200 ? () : nil }
        #expect(try weights(server).count == 64)
    }

    @Test func `a mistake in the address is one line, by its status, and never the password`() throws {
        let url = try PrivateServer.shared.get().url
        let password = try #require(URLComponents(string: url)?.password)
        for (wrong, status) in [
            ("mysql://user:\(password)@host/x", 64), ("\(url)&nothing=1", 64),
            (url.replacing("/tests?", with: "x/tests?"), 64),
            (url.replacing("/tests?", with: "/nowhere?"), 74), (url.replacing("tester:", with: "nobody:"), 74),
        ] as [(String, Int32)] {
            for command in [["serve", "--port", "0"], ["check"], ["migrate"]] {
                let arguments = command + ["--store", wrong]
                let folder = try TemporaryFolder()
                let outcome = try ChildProcess(
                    TestServer.program,
                    arguments,
                    environment: ["TRAINYARD_DATA": folder.path("data")]
                ).wait()
                #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
                #expect(!outcome.errors.contains(password) && outcome.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test func `migrate makes the schema, and with --check only tells`() throws {
        let place = try PrivateServer.shared.get().newPlace()
        func migrate(_ flags: String...) throws -> ChildProcess.Outcome {
            try ChildProcess(TestServer.program, ["migrate", "--store", place] + flags).wait()
        }

        #expect(try migrate("--check").status == 1)
        #expect(try migrate().text == "schema none, brought to v12\n")
        #expect(try migrate("--check").status == 0)
        #expect(try migrate().text == "schema v12\n")
    }
}
