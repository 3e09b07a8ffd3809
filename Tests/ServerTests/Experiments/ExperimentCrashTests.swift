import Foundation
import JSON
import Testing

/// Experiments whose server is killed.
struct ExperimentCrashTests {
    private static let flags = ["--lease", "0.5", "--checkpoint-interval", "0.1"]

    private static func request(_ name: String, _ search: String) -> String {
        ExperimentSamples.digits(
            name,
            model: #""net""#,
            training: ExperimentSamples.training(epochs: 9, ""),
            space: """
                {"/training/optimizer/learning_rate": {"log_uniform": [0.0005, 0.05]},
                 "/training/batch_size": {"choice": [8, 16]}}
                """,
            search
        )
    }

    @Test(arguments: [
        #""search": "random", "trials": 100, "metric": "accuracy", "seed": 5"#,
        #""search": "random", "trials": 4, "folds": 2, "seed": 3"#,
        #""search": "halving", "trials": 9, "metric": "val_accuracy", "repeats": 2, "folds": 2"#,
    ])
    func `killed ten times, an experiment comes to the table of one that nobody disturbed`(search: String) throws {
        let undisturbed = try withServer { server in
            try server.define(ExperimentSamples.net("net"))
            try server.experiment(Self.request("e", search))
            return try server.experiment("e", until: "succeeded")
        }

        var server = try TestServer(Self.flags)
        try server.define(ExperimentSamples.net("net"))
        try server.experiment(Self.request("e", search))
        var random = SystemRandomNumberGenerator()
        for _ in 1...10 {
            usleep(UInt32.random(in: 0...500_000, using: &random))
            server = try server.restarted(killing: true, Self.flags)
        }
        let ended = try server.experiment("e", until: "succeeded")

        #expect(ended.table == undisturbed.table)
        #expect(ended["epochs_trained"]?.source == undisturbed["epochs_trained"]?.source)
        // No job was made twice.
        let jobs = try #require(try server.get("/jobs?limit=1000")["jobs"])
        #expect(jobs.count == ended.leaderboard.reduce(0) { $0 + ($1["jobs"]?.count ?? 0) })
        server.stop()
    }
}
