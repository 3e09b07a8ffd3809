import Foundation
import JSON
import Testing

/// Trials that are trained on folds of the rows.
@Suite(.sharedServer) struct FoldTests {
    /// A training whose steps move nothing.
    private static let still = #""optimizer": {"type": "SGD", "learning_rate": 1e-30}"#

    /// Targets of twelve rows whose errors differ, so that the mean of three tells whose it is.
    private static let targets = [2, 8.12, 6.77, 17.04, 19.84, 15.17, 22.12, 21.6, 13.61, 17.24, 13.4, 21.18]
    private static let table = "x,y\n" + targets.enumerated().map { "\($0),\($1)" }.joined(separator: "\n")

    @Test(arguments: ["", "?test_split=0.25"])
    func `each row validates once, and the scores are those of the folds`(query: String) throws {
        let server = try TestServer.shared()
        let name = query.isEmpty ? "folded" : "folded-split"
        let reply = try server.send("PUT", "/datasets/\(name)\(query)", text: Self.table, contentType: "text/csv")
        try #require(reply.status == 201, "\(reply.text)")
        try server.define(#"{"name": "\#(name)-net", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#)
        try server.experiment(
            """
            {"name": "\(name)", "base": {"model": "\(name)-net", "dataset": "\(name)",
              "training": {"loss": "mse", "epochs": 1, \(Self.still)}}, "space": {}, "search": "grid", "folds": 3, "seed": 5}
            """
        )
        let trial = try #require(try server.experiment(name, until: "succeeded").leaderboard.first)
        let scores = try #require(trial["scores"]).elements.map { try $0.double() }
        #expect(scores.count == 3)
        let mean = scores.reduce(0, +) / 3
        #expect(try #require(trial["mean"]).double() == mean)
        let deviation = (scores.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 3).squareRoot()
        #expect(try #require(trial["deviation"]).double() == deviation)

        // The weights are those of the start, so that a score tells whose rows it is of.
        let instances = (0..<12).map { "[\($0)]" }.joined(separator: ",")
        let answers = try server.post(
            "/predict",
            "{\"model\": \"\(name)-net\", \"version\": 0, \"instances\": [\(instances)]}"
        )
        let errors = try #require(answers["predictions"]).elements.enumerated().map { row, answer in
            let error = try #require(answer[0]).double() - Self.targets[row]
            return error * error
        }
        // With a fifth, or a quarter, of the twelve set aside to test on, nine are left for three folds of three.
        var seen: Set<Int> = []
        for score in scores {
            let fold = try #require(Self.rows(of: score, 3, errors), "\(score)")
            #expect(seen.isDisjoint(with: fold))
            seen.formUnion(fold)
        }
        #expect(seen.count == 9)
    }

    /// The rows, so many, whose mean error is a score.
    private static func rows(of score: Double, _ count: Int, _ errors: [Double]) -> Set<Int>? {
        let sets = (0..<(1 << errors.count)).filter { $0.nonzeroBitCount == count }
        func mean(_ set: Int) -> Double {
            errors.indices.filter { set >> $0 & 1 == 1 }.reduce(0) { $0 + errors[$1] } / Double(count)
        }
        guard let set = sets.min(by: { abs(mean($0) - score) < abs(mean($1) - score) }),
            abs(mean(set) - score) <= 1e-6 * score
        else { return nil }
        return Set(errors.indices.filter { set >> $0 & 1 == 1 })
    }

    @Test func `folds of rows of numbers have as many of each class, and are the same for every trial`() throws {
        let server = try TestServer.shared()
        try server.define(ExperimentSamples.net("fold-net"))
        let request = ExperimentSamples.digits(
            "classes",
            model: #""fold-net""#,
            training: ExperimentSamples.training(epochs: 1, ""),
            space: #"{"/training/batch_size": {"choice": [32, 64]}}"#,
            #""search": "grid", "folds": 4, "repeats": 2, "seed": 6"#
        )
        let price = try server.post("/experiments?dry_run=true", request)
        #expect(try price["trials"]?.int() == 2 && price["epochs"]?.int() == 16, "\(price.text)")
        try server.experiment(request)
        let ended = try server.experiment("classes", until: "succeeded")
        #expect(try ended["epochs_trained"]?.int() == 16)
        var supports: [[[Int]]] = []
        for trial in ended.leaderboard {
            let jobs = try #require(trial["jobs"]).elements.map { try server.get("/jobs/\($0.string())") }
            #expect(jobs.count == 8)
            #expect(try jobs.map { try $0["options", "seed"]?.int() } == [6, 6, 6, 6, 7, 7, 7, 7])
            #expect(
                try jobs.map { try $0["options", "validation", "fold"]?.int() } == [1, 2, 3, 4, 1, 2, 3, 4]
            )
            #expect(try jobs[0]["options", "validation", "by"]?.string() == "stratified")
            for (job, score) in zip(jobs, try #require(trial["scores"]).elements) {
                #expect(job["metrics", "val_loss"]?.source == score.source)
            }
            var own: [[Int]] = []
            for job in jobs.prefix(4) {
                let version = try #require(job["version"]).int()
                let found = try server.post(
                    "/evaluate",
                    #"{"model": "fold-net", "version": \#(version), "dataset": "digits", "part": "validation"}"#
                )
                try #require(found.status == 200, "\(found.text)")
                let loss = try #require(found["metrics", "loss"]).double()
                #expect(abs(loss - (try #require(job["metrics", "val_loss"]).double())) < 1e-9)
                own.append(try #require(found["classes"]).elements.map { try #require($0["support"]).int() })
            }
            supports.append(own)
        }
        // Each fold has a quarter of each class, and no two differ by more than one row, in all of them or in a class.
        #expect(supports[0] == supports[1])
        for digit in 0..<10 {
            let counts = supports[0].map { $0[digit] }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
        let sizes = supports[0].map { $0.reduce(0, +) }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }

    @Test func `a job posted by hand can hold out a fold, of columns with words too`() throws {
        let server = try TestServer.shared()
        let lines = (0..<30).map { "\($0 % 7),\(["a", "b", "c"][$0 % 3])" }
        let table = "x,kind\n" + lines.joined(separator: "\n")
        #expect(try server.send("PUT", "/datasets/words", text: table, contentType: "text/csv").status == 201)
        try server.define(
            #"{"name": "words-net", "input_shape": [1], "layers": [{"type": "Dense", "units": 3, "activation": "softmax"}]}"#
        )
        for fold in 1...4 {
            let job = try server.trained(
                """
                {"model": "words-net", "dataset": "words", "targets": "kind", "epochs": 1, "metrics": ["accuracy"],
                 "loss": "sparse_categorical_crossentropy", "validation": {"fold": \(fold), "folds": 4, "by": "stratified"}}
                """
            )
            // Of 30 rows six test, and a quarter of the others validates.
            #expect(try job["options", "validation_rows"]?.int() == 6, "\(job.text)")
            let found = try server.post(
                "/evaluate",
                #"{"model": "words-net", "version": \#(fold), "dataset": "words", "part": "validation"}"#
            )
            #expect(try found["rows"]?.int() == 6)
        }
        for (fold, fault) in [
            (#"{"fold": 5, "folds": 4}"#, "/validation/fold "), (#"{"fold": 1, "folds": 25}"#, "/validation/folds "),
            (#"{"fold": 1}"#, "/validation/folds "), (#"{"fold": 1, "folds": 2, "by": "group"}"#, "/validation/by "),
        ] {
            let reply = try server.post(
                "/train",
                #"{"model": "words-net", "dataset": "words", "loss": "mse", "targets": "kind", "validation": \#(fold)}"#
            )
            #expect(reply.status == 422 && reply.faults.contains { $0.hasPrefix(fault) }, "\(reply.text)")
        }
    }
}
