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
        #expect(try server.get("/metrics").status == 200)
        #expect(try server.get(prediction).status == 200)
        try database.tell("start")

        _ = try wait(for: "the database") { try server.get("/health/ready").status == 200 ? () : nil }
        #expect(try server.get("/models/cnn/versions/1")["weights_sha256"]?.string() == digest)
        #expect(try server.post("/models", Samples.line).status == 201)
    }

    @Test func `a server starts while its database is away, and works when that comes`() throws {
        let database = try PrivateServer()
        let place = try database.newPlace()
        try database.tell("kill")
        let server = try TestServer(["--store", place, "--store-timeout", "1"])
        defer { server.stop() }
        #expect(try server.get("/health/live").status == 200)
        #expect(try server.get("/health/ready").status == 503)

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
        #expect(try migrate().text == "schema none, brought to v10\n")
        #expect(try migrate("--check").status == 0)
        #expect(try migrate().text == "schema v10\n")
    }
}
