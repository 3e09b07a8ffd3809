import Foundation
import JSON
import Testing

/// Experiments that search by grid and by draws, and what becomes of them.
@Suite(.sharedServer) struct ExperimentTests {
    @Test func `a grid finds what jobs posted by hand find, to the last digit`() throws {
        let server = try TestServer.shared()
        try server.define(ExperimentSamples.net("grid-net"))
        let space = """
            {"/training/optimizer/learning_rate": {"choice": [0.01, 0.003]}, "/training/batch_size": {"choice": [32, 64]}}
            """
        try server.experiment(
            ExperimentSamples.digits(
                "grid-a",
                model: #""grid-net""#,
                space: space,
                #""search": "grid", "metric": "val_accuracy", "seed": 4"#
            )
        )
        let ended = try server.experiment("grid-a", until: "succeeded")

        #expect(try ended["trials"]?.int() == 4 && ended["finished"]?.int() == 4)
        #expect(try ended["mode"]?.string() == "max" && ended["epochs_trained"]?.int() == 8)
        #expect(ended["finished_at"]?.isNull == false && ended["error"]?.isNull == true)
        let trials = ended.leaderboard
        #expect(try trials.map { try $0["trial"]?.int() ?? 0 }.sorted() == [1, 2, 3, 4])
        let means = try trials.map { try #require($0["mean"]).double() }
        #expect(means == means.sorted(by: >))
        for trial in trials {
            let values = try #require(trial["values"])
            let job = try server.trained(
                """
                {"model": "grid-net", "dataset": "digits", "epochs": 2, "metrics": ["accuracy"], "validation_split": 0.2,
                 "optimizer": {"type": "Adam", "learning_rate": \(try #require(values["/training/optimizer/learning_rate"]).source)},
                 "batch_size": \(try #require(values["/training/batch_size"]).source), "seed": 4,
                 "loss": "sparse_categorical_crossentropy"}
                """
            )
            let own = try server.get("/jobs/\(try #require(trial["jobs"]?[0]).string())")
            #expect(own["weights_sha256"]?.source == job["weights_sha256"]?.source)
            #expect(own["metrics"]?.source == job["metrics"]?.source)
            #expect(own["options"]?.source == job["options"]?.source)
            #expect(trial["scores"]?[0]?.source == job["metrics", "val_accuracy"]?.source)
            #expect(trial["mean"]?.source == trial["scores"]?[0]?.source && trial["deviation"]?.source == "0.0")
            #expect(try own["experiment"]?.string() == "grid-a" && job["experiment"] == nil)
        }
        #expect(try server.get("/jobs?experiment=grid-a")["jobs"]?.count == 4)
        #expect(try server.get("/jobs?experiment=grid-b")["jobs"]?.count == 0)
        let listed = try #require(try server.get("/experiments")["experiments"]).elements.first {
            try $0["name"]?.string() == "grid-a"
        }
        #expect(listed?["leaderboard"] == nil && listed?["state"]?.source == #""succeeded""#)
    }

    @Test func `the same seed draws the same trials, which come to the same table, as the dry run says`() throws {
        let server = try TestServer.shared()
        let space = """
            {"/model/layers/2/units": {"int": [4, 12]}, "/training/optimizer/learning_rate": {"log_uniform": [0.001, 0.1]},
             "/training/shuffle": {"choice": [true, false]}, "/model/layers/2/kernel_initializer": {"choice": ["zeros", "he_normal"]}}
            """
        func request(_ name: String, seed: Int) -> String {
            ExperimentSamples.digits(
                name,
                model: ExperimentSamples.net("any"),
                space: space,
                #""search": "random", "trials": 5, "seed": \#(seed)"#
            )
        }
        let price = try server.post("/experiments?dry_run=true", request("draws-a", seed: 8))
        try #require(price.status == 200, "\(price.text)")
        #expect(try server.get("/experiments/draws-a").status == 404)
        #expect(try server.get("/models/draws-a-1").status == 404)

        for (name, seed) in [("draws-a", 8), ("draws-b", 8), ("draws-c", 9)] {
            try server.experiment(request(name, seed: seed))
        }
        let (a, b, c) = (
            try server.experiment("draws-a", until: "succeeded"), try server.experiment("draws-b", until: "succeeded"),
            try server.experiment("draws-c", until: "succeeded")
        )

        #expect(a.table == b.table && a.table.count == 5)
        #expect(a.table != c.table)
        let priced = try #require(price["values"]).elements.map(\.source)
        let drawn = try a.leaderboard.sorted { try #require($0["trial"]).int() < #require($1["trial"]).int() }
        #expect(drawn.map { $0["values"]?.source } == priced)
        #expect(Set(priced).count == 5)
        #expect(try price["trials"]?.int() == 5 && price["epochs"]?.int() == 10)
        #expect(try #require(price["seconds"]).double() > 0 && #require(price["peak_bytes"]).int() > 0)
        for trial in drawn {
            let values = try #require(trial["values"])
            let rate = try #require(values["/training/optimizer/learning_rate"]).double()
            #expect((0.001...0.1).contains(rate))
            let units = try #require(values["/model/layers/2/units"]).int()
            let model = try server.get("/models/\(try #require(trial["model"]).string())")
            #expect(try model["layers", "2", "units"]?.int() ?? units == units && (4...12).contains(units))
            #expect(try trial["model"]?.string() == "draws-a-\(try #require(trial["trial"]).int())")
        }
        // A space of few combinations has no more trials than these.
        let few = ExperimentSamples.digits(
            "draws-few",
            model: ExperimentSamples.net("any"),
            space: #"{"/training/batch_size": {"choice": [16, 32, 64]}}"#,
            #""search": "random""#
        )
        let whole = try server.post("/experiments?dry_run=true", few)
        #expect(try whole["trials"]?.int() == 3)
        #expect(Set(try #require(whole["values"]).elements.map(\.source)).count == 3)
    }

    @Test func `repetitions have seeds of their own, and a score each`() throws {
        let server = try TestServer.shared()
        try server.define(ExperimentSamples.net("repeated-net"))
        try server.experiment(
            ExperimentSamples.digits(
                "repeated",
                model: #""repeated-net""#,
                training: ExperimentSamples.training(epochs: 1, #""validation_split": 0.2, "seed": 7, "priority": 3"#),
                space: "{}",
                #""search": "grid", "repeats": 3"#
            )
        )
        let ended = try server.experiment("repeated", until: "succeeded")
        let trial = try #require(ended.leaderboard.first)
        let jobs = try #require(trial["jobs"]).elements.map { try server.get("/jobs/\($0.string())") }
        #expect(try jobs.map { try $0["options", "seed"]?.int() } == [7, 8, 9])
        #expect(try jobs.allSatisfy { try $0["priority"]?.int() == 3 })
        let scores = try jobs.map { try #require($0["metrics", "val_loss"]).double() }
        #expect(try #require(trial["scores"]).elements.map { try $0.double() } == scores)
        let mean = scores.reduce(0, +) / 3
        let deviation = (scores.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 3).squareRoot()
        #expect(try #require(trial["mean"]).double() == mean && #require(trial["deviation"]).double() == deviation)
        #expect(deviation > 0)
        #expect(try trial["epochs"]?.int() == 3)
    }

    @Test func `a trial that fails is the last, with the reason, and the others go on`() throws {
        let server = try TestServer.shared()
        let table = "x,y\n" + (0..<20).map { "\($0),\(3 * $0 + 1)" }.joined(separator: "\n")
        #expect(try server.send("PUT", "/datasets/slope", text: table, contentType: "text/csv").status == 201)
        try server.define(#"{"name": "slope-net", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
        try server.experiment(
            """
            {"name": "failing", "base": {"model": "slope-net", "dataset": "slope", "training":
              {"loss": "mse", "epochs": 40, "optimizer": "sgd", "validation_split": 0.3}}, "search": "grid",
             "space": {"/training/optimizer/learning_rate": {"choice": [1e30, 0.001]}}}
            """
        )
        let ended = try server.experiment("failing", until: "succeeded")
        #expect(try ended.leaderboard.map { try $0["state"]?.string() } == ["succeeded", "failed"])
        let failed = try #require(ended.leaderboard.last)
        #expect(failed["mean"]?.isNull == true && failed["scores"]?.count == 0)
        #expect(try #require(failed["error"]?["detail"]).string().contains("learning_rate"), "\(failed.source)")
        #expect(try ended["finished"]?.int() == 2)
        // All of them fail, and so does the experiment.
        try server.experiment(
            """
            {"name": "all-failing", "base": {"model": "slope-net", "dataset": "slope", "training":
              {"loss": "mse", "epochs": 40, "optimizer": {"type": "SGD", "learning_rate": 1e30}}},
             "space": {}, "search": "grid", "metric": "loss"}
            """
        )
        #expect(try server.experiment("all-failing", until: "failed")["finished"]?.int() == 1)
    }

    @Test func `a single job may be cancelled, paused and deleted by hand`() throws {
        try withServer(["--workers", "1"]) { server in
            try server.define(ExperimentSamples.net("net"))
            try server.experiment(
                ExperimentSamples.digits(
                    "hand",
                    model: #""net""#,
                    space: #"{"/training/epochs": {"choice": [1, 100000, 2]}}"#,
                    #""search": "grid""#
                )
            )
            let jobs = try wait(for: "the jobs") {
                let jobs = try server.get("/jobs?experiment=hand")["jobs"]
                return jobs?.count == 3 ? jobs : nil
            }
            let ids = try jobs.elements.map { try #require($0["id"]).string() }.reversed().map { $0 }
            _ = try server.job(ids[0], until: "succeeded")
            #expect(try server.curl("DELETE", "/jobs/\(ids[0])").status == 204)
            try server.job(ids[1], pastEpoch: 1)
            #expect(try server.post("/jobs/\(ids[1])/pause").status == 200)
            _ = try server.job(ids[2], until: "succeeded")
            let paused = try server.get("/experiments/hand")
            #expect(try paused.leaderboard.map { try $0["state"]?.string() }.contains("paused"), "\(paused.text)")
            #expect(try paused["state"]?.string() == "running")
            #expect(try server.post("/jobs/\(ids[1])/cancel").status == 200)

            let ended = try server.experiment("hand", until: "succeeded")
            #expect(try ended.leaderboard.map { try $0["state"]?.string() } == ["succeeded", "succeeded", "cancelled"])
            #expect(try ended.leaderboard.last?["trial"]?.int() == 2)
            #expect(ended.leaderboard.allSatisfy { $0["jobs"]?.count == 1 })
            #expect(try server.get("/jobs?experiment=hand")["jobs"]?.count == 2)
        }
    }

    @Test func `an experiment is cancelled with its jobs, and can then be deleted`() throws {
        try withServer(["--workers", "1"]) { server in
            let space = #"{"/training/batch_size": {"int": [1, 40]}}"#
            let request = ExperimentSamples.digits(
                "long",
                model: ExperimentSamples.net("any"),
                training: ExperimentSamples.training(epochs: 100_000),
                space: space,
                #""search": "grid""#
            )
            try server.experiment(request)
            let taken = try server.post("/experiments", request)
            #expect(taken.status == 409, "\(taken.text)")
            let waiting = try wait(for: "the jobs") {
                let jobs = try server.get("/jobs?experiment=long&limit=100")["jobs"]
                return (jobs?.count ?? 0) > 4 ? jobs : nil
            }
            // However many trials there are, few of them stand in the queue.
            #expect(waiting.count <= 16)
            #expect(try server.curl("DELETE", "/experiments/long").status == 409)
            let cancelled = try server.post("/experiments/long/cancel")
            #expect(try cancelled["state"]?.string() == "cancelled", "\(cancelled.text)")
            #expect(try server.post("/experiments/long/cancel").status == 409)
            try wait(for: "the jobs to end") {
                let jobs = try #require(try server.get("/jobs?experiment=long&limit=100")["jobs"])
                return try jobs.elements.allSatisfy { try $0["state"]?.string() == "cancelled" } ? () : nil
            }
            let ended = try server.get("/experiments/long")
            #expect(try ended.leaderboard.allSatisfy { try $0["state"]?.string() == "cancelled" })
            #expect(ended.leaderboard.count == 40)
            let count = try #require(try server.get("/jobs?limit=100")["jobs"]).count

            #expect(try server.curl("DELETE", "/experiments/long").status == 204)
            for (method, path) in [("GET", ""), ("DELETE", ""), ("POST", "/cancel")] {
                #expect(try server.curl(method, "/experiments/long\(path)").status == 404)
            }
            #expect(try server.get("/jobs?experiment=long")["jobs"]?.count == 0)
            #expect(try server.get("/jobs?limit=100")["jobs"]?.count == count)
            #expect(try server.get("/models/long-1").status == 200)
            // The models that stay keep their names.
            let again = try server.post("/experiments", request)
            #expect(again.status == 409 && again.text.contains("long-1"), "\(again.text)")
        }
    }

    @Test func `an experiment ends when its time is over`() throws {
        try withServer(["--workers", "1"]) { server in
            try server.define(ExperimentSamples.net("net"))
            try server.experiment(
                ExperimentSamples.digits(
                    "timed",
                    model: #""net""#,
                    space: #"{"/training/epochs": {"choice": [1, 1000000]}}"#,
                    #""search": "grid", "max_seconds": 4"#
                )
            )
            let ended = try server.experiment("timed", until: "succeeded")
            #expect(try ended.leaderboard.map { try $0["state"]?.string() } == ["succeeded", "cancelled"])
            #expect(try #require(ended["error", "detail"]).string().contains("1 of 2 trials"), "\(ended.text)")
        }
    }

    @Test func `jobs wait for room in the queue, and fail where the dataset was replaced meanwhile`() throws {
        try withServer(["--workers", "1", "--queue-limit", "1"]) { server in
            func upload(_ factor: Int) throws {
                let table = "x,y\n" + (0..<40).map { "\($0),\(factor * $0)" }.joined(separator: "\n")
                let reply = try server.send("PUT", "/datasets/moving", text: table, contentType: "text/csv")
                #expect(reply.status < 300, "\(reply.text)")
            }
            try upload(1)
            try server.define(#"{"name": "net", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
            try server.define(Samples.cnn())
            let running = try server.train(Samples.digits(epochs: 100_000))
            _ = try server.job(running, until: "running")
            let waiting = try server.train(Samples.digits(epochs: 1))
            for name in ["moving", "staying"] {
                try server.experiment(
                    """
                    {"name": "\(name)", "base": {"model": "net", "dataset": "moving", "training":
                      {"loss": "mse", "epochs": 2, "optimizer": "sgd"}}, "search": "grid", "metric": "loss",
                     "space": {"/training/batch_size": {"choice": [4, 8, 16]}}}
                    """
                )
                #expect(try server.get("/jobs?experiment=\(name)")["jobs"]?.count == 0)
                // The first one is checked with these rows, the second one with those.
                if name == "moving" { try upload(2) }
            }
            for id in [waiting, running] { #expect(try server.post("/jobs/\(id)/cancel").status == 200) }

            let failed = try server.experiment("moving", until: "failed")
            let errors = failed.leaderboard.compactMap { try? $0["error"]?["detail"]?.string() }
            #expect(errors.count == 3 && errors.allSatisfy { $0.contains("it was replaced") }, "\(failed.text)")
            let ended = try server.experiment("staying", until: "succeeded")
            #expect(try ended.leaderboard.allSatisfy { try $0["state"]?.string() == "succeeded" }, "\(ended.text)")
        }
    }
}
