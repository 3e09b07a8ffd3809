import JSON
import Testing

/// Experiments that are refused, with every fault where it stands.
@Suite(.sharedServer) struct RefusedExperimentTests {
    /// A request with one thing wrong, or several, and the faults that are told.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var space = #"{"/training/optimizer/learning_rate": {"choice": [0.01]}}"#
        var more = #""search": "grid""#
        var training = ExperimentSamples.training()
        var status = 422
        /// What each fault begins with: its pointer, and how the sentence begins.
        let faults: [String]

        var testDescription: String { name }
    }

    private static let rows = [
        Row(
            name: "a value that an option can't have",
            space: #"{"/training/optimizer/learning_rate": {"choice": [0.01, -1]}}"#,
            faults: [
                #"/space/~1training~1optimizer~1learning_rate with {"/training/optimizer/learning_rate":-1}: "#
            ]
        ),
        Row(
            name: "a definition that can't be",
            space: #"{"/model/layers/2/units": {"choice": [8, 0]}}"#,
            faults: [#"/space/~1model~1layers~12~1units with {"/model/layers/2/units":0}: expected an integer from 1"#]
        ),
        Row(
            name: "a combination that can't be",
            space:
                #"{"/model/layers/1/type": {"choice": ["Flatten", "MaxPooling2D"]}, "/training/batch_size": {"choice": [8]}}"#,
            faults: ["/base/"]
        ),
        Row(
            name: "a range the wrong way round, an unknown rule and a place that is none",
            space: """
                {"/training/optimizer/learning_rate": {"log_uniform": [0.1, 0.001]}, "/training/batch_size": {"ints": [1, 2]},
                 "units": {"choice": [1]}, "/dataset": {"choice": ["digits"]}, "/traning/epochs": {"choice": [1]},
                 "/training/seed": {"log_uniform": [0, 1]}, "/training/shuffle": {"choice": []}}
                """,
            more: #""search": "random""#,
            faults: [
                "/space/~1training~1optimizer~1learning_rate/log_uniform expected the least first",
                "/space/~1training~1batch_size/ints unknown rule", "/space/units expected a JSON pointer",
                "/space/~1dataset the dataset is the same", "/space/~1traning~1epochs unknown member",
                "/space/~1training~1seed/log_uniform/0 expected a number above 0",
                "/space/~1training~1shuffle/choice expected an array of 1 to",
            ]
        ),
        Row(
            name: "places that the base hasn't got",
            space: #"{"/model/layers/9/units": {"choice": [8]}}"#,
            faults: ["/space/~1model~1layers~19~1units"]
        ),
        Row(
            name: "places of which one lies in the other",
            space:
                #"{"/training/optimizer": {"choice": ["sgd"]}, "/training/optimizer/learning_rate": {"choice": [1]}}"#,
            faults: ["/space/~1training~1optimizer~1learning_rate is about the same place"]
        ),
        Row(
            name: "a grid of what can't be counted",
            space: #"{"/training/optimizer/learning_rate": {"uniform": [0.01, 0.1]}}"#,
            faults: ["/space/~1training~1optimizer~1learning_rate has no end of values"]
        ),
        Row(
            name: "more trials than there may be",
            space: #"{"/training/batch_size": {"int": [1, 1001]}}"#,
            faults: ["/space has 1001 combinations"]
        ),
        Row(
            name: "unknown members and numbers out of range",
            more: #""search": "hill", "trails": 3, "folds": 1, "repeats": 0, "max_seconds": 0"#,
            faults: [
                "/search expected", "/folds expected", "/repeats expected", "/max_seconds expected",
                "/trails unknown key",
            ]
        ),
        Row(
            name: "a metric that isn't measured",
            more: #""search": "grid", "metric": "val_mae""#,
            faults: [#"/metric with {"/training/optimizer/learning_rate":0.01}: "mae" isn't measured"#]
        ),
        Row(
            name: "a metric of rows that aren't there",
            training: ExperimentSamples.training(""),
            faults: [#"/metric with {"/training/optimizer/learning_rate":0.01}: no rows validate"#]
        ),
        Row(
            name: "a metric of which nobody knows which way is better",
            more: #""search": "grid", "metric": "val_beauty""#,
            faults: ["/mode missing"]
        ),
        Row(
            name: "folds beside a split",
            more: #""search": "grid", "folds": 3"#,
            faults: [#"/folds does not go with "validation_split""#]
        ),
        Row(
            name: "an option that there isn't, and data in the request",
            training: #"{"epochs": 1, "loss": "mse", "dta": 1, "data": {"x": [[1]], "y": [1]}, "model": "m"}"#,
            faults: ["/base/training/model stands in", "/base/training/data an experiment trains on"]
        ),
        Row(
            name: "an unknown option",
            training: ExperimentSamples.training(#""validation_split": 0.2, "epoch": 3"#),
            faults: [#"/base/training/epoch with {"/training/optimizer/learning_rate":0.01}: unknown key "epoch""#]
        ),
        Row(
            name: "a seed that is none",
            training: ExperimentSamples.training(#""validation_split": 0.2, "seed": "x""#),
            faults: [#"/base/training/seed with {"/training/optimizer/learning_rate":0.01}: expected an integer"#]
        ),
        Row(
            name: "epochs that halving decides on",
            space: #"{"/training/epochs": {"choice": [1, 2]}}"#,
            more: #""search": "halving""#,
            faults: ["/space/~1training~1epochs"]
        ),
        Row(
            name: "a grid of fewer trials than it has",
            more: #""search": "grid", "trials": 3"#,
            faults: [#"/trials does not go with "grid""#]
        ),
    ]

    @Test(arguments: rows)
    func `an experiment with faults is refused with all of them, and nothing is made`(row: Row) throws {
        let server = try TestServer.shared()
        let request = ExperimentSamples.digits(
            "refused",
            model: ExperimentSamples.net("any"),
            training: row.training,
            space: row.space,
            row.more
        )
        let reply = try server.post("/experiments", request)
        #expect(reply.status == row.status, "\(reply.text)")
        #expect(reply.faults.count == row.faults.count, "\(reply.faults)")
        for expected in row.faults {
            #expect(reply.faults.contains { $0.hasPrefix(expected) }, "\(expected) in \(reply.faults)")
        }
        #expect(try server.post("/experiments?dry_run=true", request).status == row.status)
        #expect(try server.get("/experiments/refused").status == 404)
        #expect(try server.get("/models/refused-1").status == 404)
    }

    @Test func `names that aren't there are told where they stand`() throws {
        let server = try TestServer.shared()
        func request(_ model: String, _ dataset: String, _ space: String = "{}") -> String {
            """
            {"name": "missing", "base": {"model": \(model), "dataset": "\(dataset)", "training": {"loss": "mse"}},
             "space": \(space), "search": "grid", "metric": "loss"}
            """
        }
        let both = try server.post("/experiments", request(#""nobody""#, "nothing"))
        #expect(both.status == 404)
        #expect(both.faults.map { $0.prefix { $0 != " " } } == ["/base/model", "/base/dataset"], "\(both.text)")
        let changed = try server.post(
            "/experiments",
            request(#""nobody""#, "digits", #"{"/model/seed": {"choice": [1]}}"#)
        )
        #expect(changed.status == 404 && changed.faults.first?.hasPrefix("/base/model") == true, "\(changed.text)")
        let chosen = try server.post(
            "/experiments",
            request(ExperimentSamples.net("any"), "digits", #"{"/model": {"choice": ["nobody"]}}"#)
        )
        #expect(chosen.status == 404 && chosen.faults.first?.hasPrefix("/space/~1model ") == true, "\(chosen.text)")
        let name = try server.post("/experiments", request(#""nobody""#, "digits").replacing("missing", with: "a b"))
        #expect(name.status == 422 && name.faults.contains { $0.hasPrefix("/name ") }, "\(name.text)")
        #expect(try server.get("/jobs?experiment=missing")["jobs"]?.count == 0)
    }

    @Test func `windows of a series can't be in folds`() throws {
        let server = try TestServer.shared()
        try server.define(Samples.gru.replacing(#""gru""#, with: #""folded-gru""#))
        let reply = try server.post(
            "/experiments",
            """
            {"name": "folded-series", "base": {"model": "folded-gru", "dataset": "sunspots", "training": {"loss": "mse"}},
             "space": {}, "search": "grid", "folds": 4}
            """
        )
        #expect(
            reply.status == 422 && reply.faults.first?.hasPrefix("/folds folds are of rows") == true,
            "\(reply.text)"
        )
    }
}
