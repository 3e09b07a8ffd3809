import Foundation
import JSON
import Testing

/// What clients may ask of jobs.
struct JobTests {
    @Test func `a running job that is cancelled ends without a version`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try server.train(Samples.digits(epochs: 100_000))
            try server.job(id, pastEpoch: 1)

            #expect(try server.post("/jobs/\(id)/cancel").status == 200)
            let job = try server.job(id, until: "cancelled")

            #expect(job["version"]?.isNull == true)
            #expect(job["finished_at"]?.isNull == false)
            #expect(try server.get("/models/cnn")["version"]?.int() == 0)
        }
    }

    @Test func `a queued job that is cancelled never runs`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            let queued = try server.train(Samples.digits())

            let reply = try server.post("/jobs/\(queued)/cancel")

            #expect(reply.status == 200)
            #expect(try reply["state"]?.string() == "cancelled")
            #expect(reply["started_at"]?.isNull == true)
            #expect(try server.post("/jobs/\(running)/cancel").status == 200)
        }
    }

    @Test func `what a job's state forbids is a conflict`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try #require(try server.trained(Samples.digits(epochs: 1))["id"]?.string())

            for verb in ["cancel", "pause", "resume"] {
                let reply = try server.post("/jobs/\(id)/\(verb)")
                #expect(reply.status == 409)
                #expect(try reply["detail"]?.string().contains("succeeded") == true, "\(reply.text)")
            }
        }
    }

    @Test func `a model that a job uses can't be deleted, and can be afterwards`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try server.train(Samples.digits(epochs: 100_000))

            #expect(try server.curl("DELETE", "/models/cnn").status == 409)
            #expect(try server.post("/jobs/\(id)/cancel").status == 200)
            _ = try server.job(id, until: "cancelled")

            #expect(try server.curl("DELETE", "/models/cnn").status == 204)
            #expect(try server.get("/models/cnn").status == 404)
            #expect(try server.get("/predict?model=cnn&input=\(Samples.zero)").status == 404)
        }
    }

    @Test func `jobs are listed newest first, page by page, and by state and model`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            try server.define(Samples.cnn("other"))
            for model in ["cnn", "other", "cnn"] { _ = try server.trained(Samples.digits(model, epochs: 1)) }
            func ids(_ reply: Reply) throws -> [String] {
                try #require(reply["jobs"]).elements.map { try #require(try $0["id"]?.string()) }
            }

            let first = try server.get("/jobs?limit=2")
            #expect(try ids(first) == ["3", "2"])
            let next = try #require(try first["next"]?.string())
            let second = try server.get("/jobs?limit=2&after=\(next)")
            #expect(try ids(second) == ["1"])
            #expect(second["next"]?.isNull == true)
            #expect(try ids(server.get("/jobs?model=other")) == ["2"])
            #expect(try ids(server.get("/jobs?state=failed")) == [])
            #expect(try server.get("/jobs?state=done").status == 400)
            #expect(try server.get("/jobs?limit=0").status == 400)
        }
    }

    @Test func `a job that has ended can be deleted, one that runs can't`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try server.train(Samples.digits(epochs: 100_000))

            #expect(try server.curl("DELETE", "/jobs/\(id)").status == 409)
            #expect(try server.post("/jobs/\(id)/cancel").status == 200)
            _ = try server.job(id, until: "cancelled")
            #expect(try server.curl("DELETE", "/jobs/\(id)").status == 204)
            #expect(try server.get("/jobs/\(id)").status == 404)
        }
    }

    @Test func `a job whose loss becomes infinite fails and says what helps`() throws {
        try withServer { server in
            try server.define(Samples.gru)
            let request = Samples.sunspots
                .replacingOccurrences(
                    of: #"{"type": "Adam", "learning_rate": 0.005}"#,
                    with: #"{"type": "SGD", "learning_rate": 1e30}"#
                )

            let job = try server.job(server.train(request), until: "failed")

            #expect(try job["error", "detail"]?.string().contains("learning_rate") == true, "\(job.text)")
            #expect(job["version"]?.isNull == true)
            #expect(try server.get("/models/gru")["version"]?.int() == 0)
        }
    }

    @Test func `training continues from a stored version`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let first = try server.trained(Samples.digits(epochs: 2))

            let second = try server.trained(Samples.digits(epochs: 2, #""initial_version": 1"#))

            let before = try #require(try first["history", "1", "loss"]?.double())
            #expect(try #require(try second["history", "0", "loss"]?.double()) < before)
        }
    }

    @Test func `data sent inline is learned, and isn't listed`() throws {
        try withServer { server in
            try server.define(
                #"{"name":"xor","input_shape":[2],"seed":3,"layers":[{"type":"Dense","units":8,"activation":"tanh"},{"type":"Dense","units":1,"activation":"sigmoid"}]}"#
            )
            let job = try server.trained(
                """
                {"model": "xor", "data": {"x": [[0,0],[0,1],[1,0],[1,1]], "y": [0,1,1,0]}, "epochs": 400,
                 "batch_size": 4, "optimizer": {"type": "Adam", "learning_rate": 0.05}, "loss": "binary_crossentropy"}
                """
            )

            #expect(job["dataset"]?.isNull == true)
            let reply = try server.post("/predict", #"{"model": "xor", "instances": [[0,0],[0,1],[1,0],[1,1]]}"#)
            #expect(try reply["classes"]?.ints() == [0, 1, 1, 0], "\(reply.text)")
            #expect(try server.get("/datasets")["datasets"]?.count == 2)
        }
    }
}
