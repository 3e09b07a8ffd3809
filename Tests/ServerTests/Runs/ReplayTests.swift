import Foundation
import JSON
import Testing

/// Jobs that do again what another one has done.
struct ReplayTests {
    @Test func `a replay comes to the same weights and makes no version`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let origin = try server.trained(Samples.digits(epochs: 3, #""keep_epochs": "all""#))
            let id = try #require(origin["id"]).string()

            let reply = try server.post("/jobs/\(id)/replay")
            #expect(reply.status == 202, "\(reply.text)")
            #expect(reply["replay"]?.source == #"{"of":"\#(id)","identical":null}"#)
            let replay = try #require(reply["id"]).string()
            let job = try server.job(replay, until: "succeeded")

            #expect(job["replay"]?.source == #"{"of":"\#(id)","identical":true}"#)
            #expect(job["weights_sha256"]?.source == origin["weights_sha256"]?.source)
            #expect(job["metrics"]?.source == origin["metrics"]?.source)
            #expect(job["version"]?.isNull == true)
            #expect(job["kept_epochs"]?.source == "[]")
            #expect(try server.get("/models/cnn/versions")["versions"]?.count == 1)
            #expect(try server.get("/jobs/\(replay)/events").text.contains(#""state":"succeeded","identical":true"#))
            let list = try server.get("/jobs")
            #expect(list["jobs", "0", "replay", "identical"]?.source == "true")
        }
    }

    @Test func `a replay that is killed goes on to the same weights, and its origin stays until then`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let origin = try server.trained(Samples.digits(epochs: 500))
        let id = try #require(origin["id"]).string()
        let replay = try #require(server.post("/jobs/\(id)/replay")["id"]).string()
        try server.job(replay, pastEpoch: 5)
        let held = try server.curl("DELETE", "/jobs/\(id)")
        #expect(held.status == 409)
        #expect(held.text.contains("job \(replay) repeats it"))

        let again = try server.restarted(killing: true)
        defer { again.stop() }

        #expect(try again.job(replay, until: "succeeded")["replay", "identical"]?.source == "true")
        #expect(try again.curl("DELETE", "/jobs/\(id)").status == 204)
        #expect(try again.get("/jobs/\(replay)")["replay", "of"]?.source == "\"\(id)\"")
    }

    @Test func `a job that did not succeed, or whose beginning is gone, is not repeated`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            try server.job(running, pastEpoch: 1)
            let early = try server.post("/jobs/\(running)/replay")
            #expect(early.status == 409)
            #expect(early.text.contains("it is running, so that there are no weights to compare with"), "\(early.text)")
            _ = try server.post("/jobs/\(running)/cancel")
            _ = try server.job(running, until: "cancelled")
            #expect(try server.post("/jobs/\(running)/replay").status == 409)
            #expect(try server.post("/jobs/99/replay").status == 404)

            _ = try server.trained(Samples.digits(epochs: 1))
            let second = try #require(server.trained(Samples.digits(epochs: 1, #""initial_version": 1"#))["id"])
                .string()
            let again = try server.post("/jobs/\(second)/replay")
            #expect(
                try server.job(#require(again["id"]).string(), until: "succeeded")["replay", "identical"]?.source
                    == "true"
            )
            #expect(try server.curl("DELETE", "/models/cnn/versions/1").status == 204)
            let gone = try server.post("/jobs/\(second)/replay")
            #expect(gone.status == 409)
            #expect(gone.text.contains("version 1, which it began with, is gone"), "\(gone.text)")
        }
    }

    @Test func `a job of a model that was deleted is neither repeated nor gone on from`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try #require(server.trained(Samples.digits(epochs: 1, #""keep_epochs": 1"#))["id"]).string()
            #expect(try server.curl("DELETE", "/models/cnn").status == 204)
            try server.define(Samples.cnn())

            for verb in ["fork", "replay"] {
                let reply = try server.post("/jobs/\(id)/\(verb)", "{}")
                #expect(reply.status == 409)
                #expect(reply.text.contains("has been deleted since"), "\(reply.text)")
            }
            #expect(try server.get("/jobs/\(id)")["kept_epochs"]?.source == "[]")
        }
    }
}
