import JSON
import Testing

/// Experiments that drop most trials early.
@Suite(.sharedServer) struct HalvingTests {
    /// Epochs that a job has trained itself, behind where it went on.
    private static func ownEpochs(_ job: Reply) throws -> Int {
        try #require(job["history"]).count - (job["forked_from", "epoch"]?.int() ?? 0)
    }

    @Test func `a third goes on at a time, from where it stood, and nothing is trained twice`() throws {
        let server = try TestServer.shared()
        try server.define(ExperimentSamples.net("halved-net"))
        let request = ExperimentSamples.digits(
            "halved",
            model: #""halved-net""#,
            training: ExperimentSamples.training(epochs: 9, #""validation_split": 0.2, "batch_size": 64"#),
            space: #"{"/training/optimizer/learning_rate": {"log_uniform": [0.0003, 0.05]}}"#,
            #""search": "halving", "trials": 9, "metric": "val_accuracy", "seed": 2"#
        )
        let price = try server.post("/experiments?dry_run=true", request)
        #expect(try price["trials"]?.int() == 9 && price["epochs"]?.int() == 21, "\(price.text)")
        try server.experiment(request)
        let ended = try server.experiment("halved", until: "succeeded")

        #expect(try ended["epochs_trained"]?.int() == 21 && ended["finished"]?.int() == 9)
        let trials = ended.leaderboard
        #expect(try trials.map { try $0["epochs"]?.int() } == [9, 3, 3, 1, 1, 1, 1, 1, 1])
        #expect(trials.map { $0["jobs"]?.count } == [3, 2, 2, 1, 1, 1, 1, 1, 1])
        #expect(
            try trials.map { try $0["state"]?.string() } == ["succeeded"] + [String](repeating: "dropped", count: 8)
        )
        var own = 0
        for trial in trials {
            let jobs = try #require(trial["jobs"]).elements.map { try server.get("/jobs/\($0.string())") }
            for (earlier, job) in zip(jobs, jobs.dropFirst()) {
                #expect(job["forked_from", "job"]?.source == earlier["id"]?.source)
                #expect(try job["forked_from", "epoch"]?.int() == earlier["history"]?.count)
            }
            #expect(trial["mean"]?.source == jobs.last?["metrics", "val_accuracy"]?.source)
            own += try jobs.reduce(0) { try $0 + Self.ownEpochs($1) }
        }
        #expect(own == 21)

        // What was cut twice has the bits of what never was.
        let best = try #require(trials.first)
        let rate = try #require(best["values"]?["/training/optimizer/learning_rate"]).source
        let whole = try server.trained(
            """
            {"model": "halved-net", "dataset": "digits", "epochs": 9, "metrics": ["accuracy"], "validation_split": 0.2,
             "batch_size": 64, "optimizer": {"type": "Adam", "learning_rate": \(rate)}, "seed": 2,
             "loss": "sparse_categorical_crossentropy"}
            """
        )
        let last = try server.get("/jobs/\(try #require(best["jobs"]?[2]).string())")
        #expect(last["weights_sha256"]?.source == whole["weights_sha256"]?.source)
        #expect(last["metrics"]?.source == whole["metrics"]?.source)
        #expect(last["history"]?.source == whole["history"]?.source)
    }

    @Test func `it finds a setting within a hundredth of a grid's best, in under a third of its training`() throws {
        let server = try TestServer.shared()
        func request(_ name: String, _ search: String) -> String {
            ExperimentSamples.digits(
                name,
                model: ExperimentSamples.net("any"),
                training: ExperimentSamples.training(epochs: 27),
                space: """
                    {"/training/optimizer/learning_rate": {"choice": [0.0001, 0.001, 0.01]},
                     "/training/batch_size": {"choice": [16, 32, 64]}, "/model/layers/2/units": {"choice": [8, 32, 128]}}
                    """,
                #""search": "\#(search)", "metric": "val_accuracy""#
            )
        }
        try server.experiment(request("whole-grid", "grid"))
        try server.experiment(request("third-of-it", "halving"))
        let grid = try server.experiment("whole-grid", until: "succeeded")
        let halving = try server.experiment("third-of-it", until: "succeeded")

        let (all, few) = (
            try #require(grid["epochs_trained"]).int(), try #require(halving["epochs_trained"]).int()
        )
        let best = try #require(grid.leaderboard.first?["mean"]).double()
        let found = try #require(halving.leaderboard.first?["mean"]).double()
        print("halving: \(few) epochs in place of \(all), val_accuracy \(found) where the grid's best is \(best)")
        #expect(all == 729 && few == 189)
        #expect(3 * few < all && found >= best - 0.01)
    }

    @Test func `a training that stops by itself isn't gone on with, and counts with what it came to`() throws {
        let server = try TestServer.shared()
        try server.define(ExperimentSamples.net("stopped-net"))
        try server.experiment(
            ExperimentSamples.digits(
                "stopped",
                model: #""stopped-net""#,
                training: ExperimentSamples.training(
                    epochs: 27,
                    #""validation_split": 0.2, "early_stopping": {"monitor": "val_loss", "patience": 1}"#
                ),
                space:
                    #"{"/training/optimizer/learning_rate": {"choice": [0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1]}}"#,
                #""search": "halving""#
            )
        )
        let ended = try server.experiment("stopped", until: "succeeded")
        let best = try #require(ended.leaderboard.first)
        #expect(try best["state"]?.string() == "succeeded")
        #expect(try #require(best["epochs"]).int() < 27)
        var own = 0
        for trial in ended.leaderboard {
            for id in try #require(trial["jobs"]).elements {
                own += try Self.ownEpochs(server.get("/jobs/\(id.string())"))
            }
        }
        #expect(try ended["epochs_trained"]?.int() == own)
    }

    @Test func `with folds and repetitions each goes on from its own`() throws {
        let server = try TestServer.shared()
        try server.define(ExperimentSamples.net("both-net"))
        let request = ExperimentSamples.digits(
            "both",
            model: #""both-net""#,
            training: ExperimentSamples.training(epochs: 3, ""),
            space: #"{"/training/batch_size": {"choice": [16, 32, 64]}}"#,
            #""search": "halving", "folds": 2, "repeats": 2"#
        )
        let price = try server.post("/experiments?dry_run=true", request)
        #expect(try price["epochs"]?.int() == 20)
        try server.experiment(request)
        let ended = try server.experiment("both", until: "succeeded")
        #expect(try ended["epochs_trained"]?.int() == 20)
        #expect(ended.leaderboard.map { $0["jobs"]?.count } == [8, 4, 4])
        #expect(ended.leaderboard.allSatisfy { $0["scores"]?.count == 4 })
        let best = try #require(ended.leaderboard.first)
        let jobs = try #require(best["jobs"]).elements.map { try server.get("/jobs/\($0.string())") }
        for (first, second) in zip(jobs.prefix(4), jobs.suffix(4)) {
            #expect(second["forked_from", "job"]?.source == first["id"]?.source)
            for member in ["seed", "validation"] {
                #expect(second["options", member]?.source == first["options", member]?.source)
            }
        }
    }
}
