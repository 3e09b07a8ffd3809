import Foundation
import JSON
import Testing

/// What is told of jobs that came to numbers that aren't finite.
struct PostmortemTests {
    /// A model whose second layer overflows where the first input of a row is large.
    private static let model = """
        {"name": "steep", "input_shape": [2], "seed": 1, "layers": [
          {"type": "Dense", "units": 2, "name": "first", "kernel_initializer": "ones"},
          {"type": "Activation", "activation": "exponential", "name": "second"},
          {"type": "Dense", "units": 1, "name": "third"}]}
        """

    /// The rows of which some are too large; they stand behind all that are held back before them.
    private static let large = [30, 31, 32]

    private static let rows = (0..<40).map { large.contains($0) ? ["900", "1", "1"] : ["0.0\($0)", "0.1", "1"] }

    /// Ways to send the rows, a quarter of which is held back for testing.
    static let uploads: [(body: String, type: String)] = [
        ((["a,b,y"] + rows.map { $0.joined(separator: ",") }).joined(separator: "\n"), "text/csv"),
        (
            """
            {"x": [\(rows.map { "[\($0[0]),\($0[1])]" }.joined(separator: ","))],
             "y": [\(rows.map { $0[2] }.joined(separator: ","))]}
            """,
            "application/json"
        ),
    ]

    @Test(arguments: [1, 2], uploads)
    func `step, layer, value and rows are those of the job's error and of the data as given`(
        threads: Int,
        upload: (body: String, type: String)
    ) throws {
        try withServer(["--threads", "\(threads)"]) { server in
            let reply = try server.send(
                "PUT",
                "/datasets/steep?test_split=0.25",
                text: upload.body,
                contentType: upload.type
            )
            try #require(reply.status == 201, "\(reply.text)")
            try server.define(Self.model)
            let id = try server.train(
                """
                {"model": "steep", "dataset": "steep", "epochs": 3, "batch_size": 4, "loss": "mse", "seed": 5,
                 "optimizer": {"type": "SGD", "learning_rate": 0.0001}}
                """
            )
            let error = try #require(server.job(id, until: "failed")["error", "detail"]).string()

            let found = try server.get("/jobs/\(id)/postmortem")

            #expect(found.status == 200, "\(found.text)")
            let (epoch, step) = (try #require(found["epoch"]).int(), try #require(found["step"]).int())
            #expect(error.contains("epoch \(epoch), step \(step)"), "\(error)")
            #expect(found["layer"]?.source == "\"second\"", "\(error)")
            #expect(found["value"]?.source == "\"Infinity\"")
            let rows = try #require(found["rows"]).elements.map { try $0.int() }
            #expect((1...4).contains(rows.count))
            #expect(rows.contains { Self.large.contains($0) }, "\(found.text)")
            let before = try #require(found["before"]).elements.map { $0 }
            #expect(before.count == step - 1 && epoch == 1)
            for (place, entry) in before.enumerated() {
                #expect(try entry["step"]?.int() == place + 1)
                for name in ["loss", "gradient", "weight"] { #expect(try #require(entry[name]).double() > 0) }
            }
        }
    }

    @Test func `a job that diverges late tells of twenty steps before, from its newest checkpoint`() throws {
        try withServer(["--checkpoint-interval", "1"]) { server in
            try server.define(Samples.line)
            // An error that grows by a little in each step, until it is too large.
            let data = #""data": {"x": [[1,1],[2,1],[1,2],[2,2]], "y": [1,2,3,4]}"#
            let id = try server.train(
                """
                {"model": "line", \(data), "epochs": 100000, "batch_size": 1, "loss": "mse", "shuffle": false,
                 "optimizer": {"type": "SGD", "learning_rate": 0.35}}
                """
            )
            let job = try server.job(id, until: "failed")

            let reply = try server.get("/jobs/\(id)/postmortem")

            let (epoch, step) = (try #require(reply["epoch"]).int(), try #require(reply["step"]).int())
            #expect(try #require(job["error", "detail"]).string().contains("epoch \(epoch), step \(step)"))
            let before = try #require(reply["before"]).elements.map { entry in
                (try #require(entry["epoch"]).int() - 1) * 4 + (try #require(entry["step"]).int())
            }
            let own = (epoch - 1) * 4 + step
            #expect(before == Array(max(own - 20, 1)..<own), "\(reply.text)")
            #expect(try reply["rows"]?.elements.map { try $0.int() } == [step - 1])
        }
    }

    @Test func `there is none of a job that did not diverge, and the answer says why`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try #require(server.trained(Samples.digits(epochs: 1))["id"]).string()
            let running = try server.train(Samples.digits(epochs: 100_000))
            try server.job(running, pastEpoch: 1)
            for (job, words) in [(id, "it succeeded"), (running, "it is running"), ("99", "none of that id")] {
                let reply = try server.get("/jobs/\(job)/postmortem")
                #expect(reply.status == 404)
                #expect(reply.text.contains(words), "\(reply.text)")
            }
            _ = try server.post("/jobs/\(running)/cancel")
        }
    }

    @Test func `it stays across a restart and goes with the job`() throws {
        let server = try TestServer()
        try server.define(Samples.line)
        let id = try server.train(
            """
            {"model": "line", "data": {"x": [[1,1]], "y": [1]}, "epochs": 1000, "loss": "mse",
             "optimizer": {"type": "SGD", "learning_rate": 1e30}}
            """
        )
        _ = try server.job(id, until: "failed")
        let before = try server.get("/jobs/\(id)/postmortem")
        #expect(before.status == 200, "\(before.text)")

        let again = try server.restarted()
        defer { again.stop() }

        #expect(try again.get("/jobs/\(id)/postmortem").body == before.body)
        #expect(try again.curl("DELETE", "/jobs/\(id)").status == 204)
        #expect(try again.get("/jobs/\(id)/postmortem").status == 404)
    }
}
