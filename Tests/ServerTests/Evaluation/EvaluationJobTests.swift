import Foundation
import JSON
import Testing

/// Evaluations that are jobs, and those that are kept.
struct EvaluationJobTests {
    private static let async = ["--header", "Prefer: respond-async"]

    @Test func `an evaluation as a job answers what one at once does, and is kept over a restart`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        _ = try server.trained(Samples.digits(epochs: 1))
        let wanted = #"{"model": "cnn", "dataset": "digits"}"#
        let now = try server.post("/evaluate", wanted)
        try #require(now.status == 200, "\(now.text)")
        let later = try server.post("/evaluate", wanted, Self.async)
        try #require(later.status == 202, "\(later.text)")
        let id = try #require(later["id"]).string()
        #expect(later.fields["location"] == "/jobs/\(id)")
        #expect(try later["kind"]?.string() == "evaluation" && later["dataset"]?.string() == "digits")
        let job = try server.job(id, until: "succeeded")
        #expect(job["evaluation"]?.source == now.text)
        #expect(job["metrics", "loss"]?.source == now["metrics", "loss"]?.source)
        #expect(try job["version"]?.int() == 1 && job["weights_sha256"]?.isNull == true)
        #expect(job["progress", "step"]?.source == job["progress", "steps"]?.source)
        // It makes no version, and lists show it without its answer.
        #expect(try server.get("/models/cnn/versions")["versions"]?.count == 1)
        let list = try server.get("/jobs?model=cnn")
        #expect(try list["jobs", "0", "kind"]?.string() == "evaluation" && list["jobs", "0", "evaluation"] == nil)
        #expect(try list["jobs", "1", "kind"]?.string() == "training")

        let again = try server.restarted()
        defer { again.stop() }
        let kept = try again.get("/models/cnn/versions/1/evaluations")
        let evaluations = try #require(kept["evaluations"]).elements.map { $0 }
        #expect(evaluations.count == 2)
        for own in evaluations {
            #expect(own["metrics"]?.source == now["metrics"]?.source)
            #expect(own["classes"]?[0]?["roc_auc"]?.source == now["classes", "0", "roc_auc"]?.source)
            #expect(own["classes"]?[0]?["roc"] == nil && own["worst"] == nil)
            #expect(own["created_at"] != nil)
        }
        #expect(try #require(evaluations[0]["created_at"]).string() >= #require(evaluations[1]["created_at"]).string())
        #expect(try again.get("/jobs/\(id)")["evaluation"]?.source == now.text)
        #expect(try again.get("/models/cnn/versions/7/evaluations").status == 404)
    }

    @Test func `an evaluation that waits can be cancelled, and holds its version until then`() throws {
        try withServer(["--workers", "1"]) { server in
            try server.define(Samples.cnn())
            _ = try server.trained(Samples.digits(epochs: 1))
            let long = try server.train(Samples.digits(epochs: 100_000))
            try server.job(long, pastEpoch: 1)
            let reply = try server.post("/evaluate", #"{"model": "cnn", "dataset": "digits"}"#, Self.async)
            let id = try #require(reply["id"]).string()
            #expect(try server.get("/jobs/\(id)")["state"]?.string() == "queued")
            #expect(try server.curl("DELETE", "/models/cnn/versions/1").status == 409)
            let cancelled = try server.post("/jobs/\(id)/cancel")
            #expect(try cancelled["state"]?.string() == "cancelled", "\(cancelled.text)")
            #expect(try server.post("/jobs/\(long)/cancel").status == 200)
            _ = try server.job(long, until: "cancelled")
            #expect(try server.curl("DELETE", "/models/cnn/versions/1").status == 204)
        }
    }

    @Test func `rows in the request can be a job too, and go with it`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let reply = try server.post(
                "/evaluate",
                #"{"model": "line", "loss": "mse", "data": {"x": [[1, 2], [3, 4]], "y": [3, 4]}}"#,
                ["--header", "Prefer: wait=1, respond-async; foo"]
            )
            try #require(reply.status == 202, "\(reply.text)")
            #expect(reply["dataset"]?.isNull == true)
            let job = try server.job(#require(reply["id"]).string(), until: "succeeded")
            #expect(try job["evaluation", "rows"]?.int() == 2)
            #expect(job["evaluation", "dataset"]?.isNull == true)
            #expect(try server.get("/models/line/versions/0/evaluations")["evaluations"]?.count == 0)
        }
    }

    @Test func `many rows are a job by themselves`() throws {
        try withServer { server in
            try server.define(#"{"name": "one", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
            let table = "x,y\n" + (0...100_000).map { "\($0 % 97),\($0 % 89)" }.joined(separator: "\n")
            #expect(try server.send("PUT", "/datasets/many", text: table, contentType: "text/csv").status == 201)
            let wanted = #"{"model": "one", "dataset": "many", "loss": "mse", "part": "PART"}"#
            let all = try server.post("/evaluate", wanted.replacing("PART", with: "all"))
            try #require(all.status == 202, "\(all.text)")
            let job = try server.job(#require(all["id"]).string(), until: "succeeded")
            #expect(try job["evaluation", "rows"]?.int() == 100_001)
            #expect(try server.post("/evaluate", wanted.replacing("PART", with: "test")).status == 200)
        }
    }

    @Test func `an evaluation that runs can be paused, goes on, and can be cancelled`() throws {
        try withServer { server in
            // Some hundreds of billions of operations.
            let dense = #"{"type": "Dense", "units": 1024, "activation": "relu"}"#
            try server.define(
                #"{"name": "deep", "input_shape": [1], "layers": [\#(dense), \#(dense), {"type": "Dense", "units": 1}]}"#
            )
            let table = "x,y\n" + (0...100_000).map { "\($0 % 97),\($0 % 89)" }.joined(separator: "\n")
            #expect(try server.send("PUT", "/datasets/many", text: table, contentType: "text/csv").status == 201)
            let reply = try server.post(
                "/evaluate",
                #"{"model": "deep", "dataset": "many", "loss": "mse", "part": "all"}"#
            )
            try #require(reply.status == 202, "\(reply.text)")
            let id = try #require(reply["id"]).string()
            _ = try server.job(id, until: "running")
            #expect(try server.post("/jobs/\(id)/pause").status == 200)
            _ = try server.job(id, until: "paused")
            #expect(try server.post("/jobs/\(id)/resume").status == 200)
            _ = try server.job(id, until: "running")
            #expect(try server.post("/jobs/\(id)/cancel").status == 200)
            let job = try server.job(id, until: "cancelled")
            #expect(job["evaluation"] == nil && job["error"]?.isNull == true)
        }
    }
}
