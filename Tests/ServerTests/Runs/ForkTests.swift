import Foundation
import JSON
import Testing

/// Jobs that go on from a kept epoch of another one.
struct ForkTests {
    private func fork(_ id: String, _ body: String = "{}", on server: TestServer) throws -> Reply {
        let reply = try server.post("/jobs/\(id)/fork", body)
        try #require(reply.status == 202, "\(reply.text)")
        return reply
    }

    private func ended(_ reply: Reply, on server: TestServer) throws -> Reply {
        try server.job(try #require(reply["id"]).string(), until: "succeeded")
    }

    /// Adam, dropout, shuffled rows, some held back to validate with, and an early stop that keeps the best weights.
    private static func request(epochs: Int, _ more: String = "") -> String {
        Samples.digits(
            epochs: epochs,
            #""keep_epochs": "all", "validation_split": 0.1, "early_stopping": {"patience": 9, "restore_best_weights": true}"#
                + more
        )
    }

    @Test(arguments: [1, 2])
    func `unchanged a fork ends in the bits of its origin`(threads: Int) throws {
        try withServer(["--threads", "\(threads)"]) { server in
            try server.define(Samples.cnn())
            let origin = try server.trained(Self.request(epochs: 5))
            let id = try #require(origin["id"]).string()

            let accepted = try fork(id, #"{"epoch": 2}"#, on: server)
            let job = try ended(accepted, on: server)

            #expect(accepted.fields["location"] == "/jobs/\(try #require(accepted["id"]).string())")
            #expect(accepted["forked_from"]?.source == #"{"job":"\#(id)","epoch":2}"#)
            #expect(job["weights_sha256"]?.source == origin["weights_sha256"]?.source)
            #expect(job["history"]?.source == origin["history"]?.source)
            #expect(job["metrics"]?.source == origin["metrics"]?.source)
            #expect(job["options"]?.source == origin["options"]?.source)
            #expect(job["kept_epochs"]?.source == "[3,4,5]")
            // Behind the last epoch there is nothing left to train.
            let last = try ended(fork(id, on: server), on: server)
            #expect(last["forked_from", "epoch"]?.source == "5")
            #expect(last["weights_sha256"]?.source == origin["weights_sha256"]?.source)
        }
    }

    @Test func `a fork that is killed goes on, also once its origin is deleted, and it can be repeated`() throws {
        let server = try TestServer()
        try server.define(Samples.cnn())
        let origin = try server.trained(Samples.digits(epochs: 300, #""keep_epochs": "all""#))
        let id = try #require(origin["id"]).string()
        let forked = try #require(fork(id, #"{"epoch": 10}"#, on: server)["id"]).string()
        #expect(try server.curl("DELETE", "/jobs/\(id)").status == 204)
        try server.job(forked, pastEpoch: 12)

        let again = try server.restarted(killing: true)
        defer { again.stop() }
        let job = try again.job(forked, until: "succeeded")

        #expect(job["weights_sha256"]?.source == origin["weights_sha256"]?.source)
        #expect(job["history"]?.source == origin["history"]?.source)
        let replay = try again.post("/jobs/\(forked)/replay")
        #expect(replay.status == 202, "\(replay.text)")
        let repeated = try again.job(try #require(replay["id"]).string(), until: "succeeded")
        #expect(repeated["replay"]?.source == #"{"of":"\#(forked)","identical":true}"#)
        #expect(repeated["forked_from"]?.source == job["forked_from"]?.source)
    }

    @Test func `a fork goes further, or otherwise, where its options say so`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let origin = try server.trained(Samples.digits(epochs: 3, #""keep_epochs": 1"#))
            let id = try #require(origin["id"]).string()
            let whole = try server.trained(Samples.digits(epochs: 5))

            let further = try ended(fork(id, #"{"epochs": 5}"#, on: server), on: server)
            #expect(further["weights_sha256"]?.source == whole["weights_sha256"]?.source)
            #expect(further["history"]?.source == whole["history"]?.source)

            let slower = try ended(
                fork(
                    id,
                    """
                    {"epochs": 4, "optimizer": {"learning_rate": 0.001}, "batch_size": 16, "metrics": [], "keep_epochs": null,
                     "early_stopping": {"monitor": "loss"}, "seed": 9, "priority": 2}
                    """,
                    on: server
                ),
                on: server
            )
            #expect(slower["history", "3", "learning_rate"]?.source == "0.001")
            #expect(slower["history", "2"]?.source == origin["history", "2"]?.source)
            #expect(slower["options", "optimizer", "type"]?.source == "\"Adam\"")
            #expect(try slower["priority"]?.int() == 2)
            #expect(slower["options", "keep_epochs"] == nil)
        }
    }

    @Test func `what can't be followed or found is refused by its place, and nothing is made`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let origin = try server.trained(Samples.digits(epochs: 3, #""keep_epochs": 2"#))
            let id = try #require(origin["id"]).string()
            func refusal(_ body: String, of job: String = id) throws -> (Int, [String]) {
                let reply = try server.post("/jobs/\(job)/fork", body)
                return (reply.status, reply.faults)
            }
            for (body, pointer, words) in [
                (#"{"optimizer": "SGD"}"#, "/optimizer", "can't go on with the state of Adam"),
                (#"{"optimizer": {"type": "Adam", "amsgrad": true}}"#, "/optimizer", "can't go on"),
                (#"{"epoch": 3, "epochs": 2}"#, "/epochs", "expected 3 or more"),
                (#"{"optimizer": {"learning_rat": 1}}"#, "/optimizer/learning_rat", "learning_rate"),
                (#"{"loss": "no such"}"#, "/loss", "unknown"),
                (#"{"epoks": 4}"#, "/epoks", "epochs"),
                (#"{"dataset": "sunspots"}"#, "/dataset", "can't change"),
                (#"{"model": "other"}"#, "/model", "initial_version"),
                (#"{"initial_version": 1}"#, "/initial_version", "can't change"),
                (#"{"inputs": "a"}"#, "/inputs", "can't change"),
                (#"{"epoch": 0}"#, "/epoch", "expected"),
            ] {
                let (status, faults) = try refusal(body)
                #expect(status == 422, "\(body)")
                #expect(
                    faults.first?.hasPrefix(pointer + " ") == true && faults.first?.contains(words) == true,
                    "\(faults)"
                )
            }
            let unkept = try refusal(#"{"epoch": 1}"#)
            #expect(unkept.0 == 404)
            #expect(unkept.1 == ["/epoch job:\(id)@1: epoch 1 of job \(id) is not kept; kept are 2, 3"])
            #expect(try refusal("{}", of: "99").0 == 404)
            let bare = try #require(server.trained(Samples.digits(epochs: 1))["id"]).string()
            #expect(try refusal("{}", of: bare).1.first?.contains("keep_epochs") == true)
            #expect(try server.get("/jobs")["jobs"]?.count == 2)
            #expect(try server.post("/jobs/\(id)/fork", #"{"model": "cnn", "dataset": "digits"}"#).status == 202)
        }
    }

    @Test func `data that came with the request stay for forks and replays, and go with the job`() throws {
        try withServer { server in
            try server.define(Samples.line)
            let data = #""data": {"x": [[1,2],[3,4],[5,6],[7,9]], "y": [1,2,3,5]}"#
            let origin = try server.trained(
                #"{"model": "line", \#(data), "epochs": 4, "batch_size": 2, "loss": "mse", "optimizer": "adam", "keep_epochs": 2}"#
            )
            let id = try #require(origin["id"]).string()

            let forked = try ended(fork(id, #"{"epoch": 3}"#, on: server), on: server)
            let replay = try server.post("/jobs/\(id)/replay")

            #expect(forked["weights_sha256"]?.source == origin["weights_sha256"]?.source)
            #expect(forked["dataset"]?.isNull == true)
            #expect(try ended(replay, on: server)["replay", "identical"]?.source == "true")
            func files() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: server.data.appending(path: "datasets").path).count
            }
            let before = try files()
            for job in try server.get("/jobs")["jobs"]?.elements.map({ try #require($0["id"]).string() }) ?? [] {
                #expect(try server.curl("DELETE", "/jobs/\(job)").status == 204)
            }
            #expect(try files() == before - 1)
        }
    }

    @Test func `a key makes one fork, and no body is an empty one`() throws {
        try withServer { server in
            try server.define(Samples.cnn())
            let id = try #require(server.trained(Samples.digits(epochs: 2, #""keep_epochs": 1"#))["id"]).string()
            let key = ["--header", "Idempotency-Key: again"]

            let first = try server.post("/jobs/\(id)/fork", #"{"epochs": 3}"#, key)
            let second = try server.post("/jobs/\(id)/fork", #"{"epochs": 3}"#, key)

            #expect(first.status == 202 && first.body == second.body)
            #expect(try server.post("/jobs/\(id)/fork", #"{"epochs": 4}"#, key).status == 422)
            #expect(try server.curl("POST", "/jobs/\(id)/fork").status == 202)
            #expect(try server.get("/jobs")["jobs"]?.count == 3)
        }
    }

    @Test func `a fork of other data is refused with the reason`() throws {
        try withServer { server in
            try server.define(Samples.line)
            func put(_ last: Int) throws {
                let table = "a,b,c\n1,2,3\n2,3,4\n3,4,5\n4,5,6\n5,6,\(last)\n"
                #expect(
                    try [200, 201].contains(
                        server.send("PUT", "/datasets/d", text: table, contentType: "text/csv").status
                    )
                )
            }
            try put(7)
            let job = try server.trained(
                #"{"model": "line", "dataset": "d", "epochs": 2, "loss": "mse", "keep_epochs": "all"}"#
            )
            let id = try #require(job["id"]).string()
            try put(7)
            #expect(try server.post("/jobs/\(id)/fork", "{}").status == 202, "the same content")
            _ = try server.job("2", until: "succeeded")
            try put(8)
            for verb in ["fork", "replay"] {
                let reply = try server.post("/jobs/\(id)/\(verb)", "{}")
                #expect(reply.status == 409)
                #expect(reply.text.contains("has been replaced since"), "\(reply.text)")
            }
            #expect(try server.curl("DELETE", "/datasets/d").status == 204)
            #expect(try server.post("/jobs/\(id)/replay").text.contains("is gone"))
        }
    }
}
