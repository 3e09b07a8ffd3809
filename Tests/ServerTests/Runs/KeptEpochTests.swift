import Foundation
import JSON
import Testing

/// Epochs that are kept as versions of their job.
struct KeptEpochTests {
    @Test func `an epoch that is kept is taken wherever a version is`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let job = try server.trained(Samples.digits(epochs: 3, #""keep_epochs": "all""#))
            let id = try #require(job["id"]).string()

            #expect(job["kept_epochs"]?.source == "[1,2,3]")
            #expect(job["options", "keep_epochs"]?.source == "\"all\"")
            func prediction(_ version: String) throws -> Reply {
                try server.post(
                    "/predict",
                    #"{"model": "cnn", "version": \#(version), "instances": [\#(Samples.zero)]}"#
                )
            }
            let (last, first) = (try prediction("\"job:\(id)@3\""), try prediction("\"job:\(id)@1\""))
            #expect(last["version"]?.source == "\"job:\(id)@3\"", "\(last.text)")
            #expect(last["predictions"]?.source == (try prediction("1"))["predictions"]?.source)
            #expect(first["predictions"]?.source != last["predictions"]?.source)
            let query = try server.get("/predict?model=cnn&version=job:\(id)@1&input=\(Samples.zero)")
            #expect(query["predictions"]?.source == first["predictions"]?.source, "\(query.text)")

            let version = try server.get("/models/cnn/versions/job:\(id)@3")
            #expect(version.status == 200, "\(version.text)")
            #expect(version["version"]?.source == "\"job:\(id)@3\"")
            #expect(version["weights_sha256"]?.source == job["weights_sha256"]?.source)
            #expect(try version["job"]?.string() == id)
            #expect(try version["parent"]?.int() == 0)
            #expect(version["metrics", "loss"]?.source == job["history", "2", "loss"]?.source)
            #expect(try server.get("/models/cnn/versions")["versions"]?.count == 1)
            let file = try server.get("/models/cnn/weights?version=job:\(id)@3")
            #expect(try file.body == server.get("/models/cnn/weights?version=1").body)
            #expect(try file.fields["etag"] == "\"\(#require(version["weights_sha256"]).string())\"")

            let evaluated = try server.post(
                "/evaluate",
                #"{"model": "cnn", "version": "job:\#(id)@3", "dataset": "digits"}"#
            )
            #expect(evaluated["version"]?.source == "\"job:\(id)@3\"", "\(evaluated.text)")
            #expect(evaluated["metrics", "accuracy"]?.source == job["metrics", "test_accuracy"]?.source)
            let later = try server.post(
                "/evaluate",
                #"{"model": "cnn", "version": "job:\#(id)@2", "dataset": "digits"}"#,
                ["--header", "Prefer: respond-async"]
            )
            let evaluation = try server.job(try #require(later["id"]).string(), until: "succeeded")
            #expect(evaluation["evaluation", "version"]?.source == "\"job:\(id)@2\"", "\(evaluation.text)")
            #expect(evaluation["version"]?.source == "\"job:\(id)@2\"")
            let list = try server.get("/models/cnn/versions/job:\(id)@3/evaluations")
            #expect(list.text == #"{"evaluations":[]}"#)
        }
    }

    @Test func `training goes on from the weights of a kept epoch, also once it is gone`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let job = try server.trained(Samples.digits(epochs: 2, #""keep_epochs": 2"#))
            let id = try #require(job["id"]).string()
            let fromVersion = try server.trained(Samples.digits(epochs: 1, #""initial_version": 1"#))
            let blocker = try server.train(Samples.digits(epochs: 100_000))
            try server.job(blocker, pastEpoch: 1)

            let waiting = try server.train(Samples.digits(epochs: 1, #""initial_version": "job:\#(id)@2""#))
            #expect(try server.curl("DELETE", "/jobs/\(id)").status == 204)
            _ = try server.post("/jobs/\(blocker)/cancel")
            let fromEpoch = try server.job(waiting, until: "succeeded")

            #expect(fromEpoch["initial_version"]?.source == "\"job:\(id)@2\"")
            #expect(fromEpoch["weights_sha256"]?.source == fromVersion["weights_sha256"]?.source)
            let version = try server.get("/models/cnn/versions/\(#require(fromEpoch["version"]).int())")
            #expect(version["parent"]?.isNull == true)
            #expect(try server.get("/models/cnn/versions/job:\(id)@2").status == 404)
        }
    }

    @Test func `the newest are kept, also across a kill and after a cancel, and go with the job`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let id = try server.train(Samples.digits(epochs: 100_000, #""keep_epochs": 3"#))
        try server.job(id, pastEpoch: 5)
        let again = try server.restarted(killing: true)
        defer { again.stop() }
        let before = try #require(again.get("/jobs/\(id)")["history"]?.count)
        try again.job(id, pastEpoch: before + 3)
        _ = try again.post("/jobs/\(id)/cancel")
        let job = try again.job(id, until: "cancelled")

        let kept = try #require(job["kept_epochs"]).elements.map { try $0.int() }
        #expect(kept.count == 3 && kept == Array((kept[0]...kept[0] + 2)))
        #expect(try again.get("/models/cnn/versions/job:\(id)@\(kept[2])").status == 200)
        let unknown = try again.get("/models/cnn/versions/job:\(id)@1")
        #expect(unknown.status == 404)
        let list = kept.map(String.init).joined(separator: ", ")
        #expect(unknown.text.contains("epoch 1 of job \(id) is not kept; kept are \(list)"), "\(unknown.text)")
        let files = again.data.appending(path: "checkpoints").path
        #expect(try FileManager.default.contentsOfDirectory(atPath: files).count == 3)
        #expect(try again.curl("DELETE", "/jobs/\(id)").status == 204)
        #expect(try FileManager.default.contentsOfDirectory(atPath: files).isEmpty)
        let gone = try again.post(
            "/predict",
            #"{"model": "cnn", "version": "job:\#(id)@\#(kept[2])", "instances": [[0]]}"#
        )
        #expect(gone.status == 404)
    }

    @Test func `what is kept of fronts and words answers as the version does`() throws {
        try withServer { server in
            let rows = (0..<60).map { "\($0 % 2 == 0 ? "red" : "blue"),\($0),\($0 % 2 == 0 ? "warm" : "cold")" }
            let table = (["colour,size,feel"] + rows).joined(separator: "\n")
            #expect(try server.send("PUT", "/datasets/colours", text: table, contentType: "text/csv").status == 201)
            let model = try server.post(
                "/models",
                #"{"name": "feel", "preset": "table", "dataset": "colours", "target": "feel"}"#
            )
            try #require(model.status == 201, "\(model.text)")
            let job = try server.trained(#"{"model": "feel", "dataset": "colours", "epochs": 3, "keep_epochs": "all"}"#)
            let id = try #require(job["id"]).string()
            func answer(_ version: String) throws -> Reply {
                try server.post(
                    "/predict",
                    #"{"model": "feel", "version": \#(version), "instances": [{"colour": "red"}]}"#
                )
            }

            let kept = try answer("\"job:\(id)@3\"")

            #expect(kept.status == 200, "\(kept.text)")
            let newest = try answer("1")
            #expect(kept["predictions"]?.source == newest["predictions"]?.source)
            #expect(kept["labels"]?.source == newest["labels"]?.source)
            let fork = try server.post("/jobs/\(id)/fork", #"{"epoch": 1}"#)
            #expect(fork.status == 202, "\(fork.text)")
            let ended = try server.job(try #require(fork["id"]).string(), until: "succeeded")
            #expect(ended["weights_sha256"]?.source == job["weights_sha256"]?.source)
            #expect(try answer("2")["labels"]?.source == newest["labels"]?.source)
        }
    }

    @Test func `bad numbers, forms and places of epochs are refused by name`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            for value in ["0", "-1", "1.5", "\"some\"", "true", "[1]"] {
                let reply = try server.post("/train", Samples.digits(epochs: 1, "\"keep_epochs\": \(value)"))
                #expect(reply.status == 422)
                #expect(reply.faults.first?.hasPrefix("/keep_epochs ") == true, "\(reply.text)")
            }
            let job = try server.trained(Samples.digits(epochs: 1))
            let id = try #require(job["id"]).string()
            #expect(job["kept_epochs"]?.source == "[]")
            let none = try server.post("/train", Samples.digits(epochs: 1, #""initial_version": "job:\#(id)@1""#))
            #expect(none.status == 404)
            #expect(none.faults.first?.hasPrefix("/initial_version job:\(id)@1: no epoch of job \(id) is kept") == true)
            let form = try server.post("/train", Samples.digits(epochs: 1, #""initial_version": "job:\#(id)""#))
            #expect(form.status == 422)
            #expect(form.faults.first?.contains("job:ID@EPOCH") == true, "\(form.text)")
            let alias = try server.curl("PUT", "/models/cnn/aliases/stable", json: #"{"version": "job:\#(id)@1"}"#)
            #expect(alias.status == 422)
            #expect(alias.faults.first?.contains("a kept epoch goes with its job") == true, "\(alias.text)")
        }
    }
}
