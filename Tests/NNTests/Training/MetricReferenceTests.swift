import JSON
import NN
import Testing

/// Every metric against what Keras makes of the same predictions and targets, over two batches.
struct MetricReferenceTests {
    static let rows = Reference.cases("vocabulary_metrics.json.gz")

    @Test func `there are reference numbers`() {
        #expect(Self.rows.count >= 84)
    }

    /// Evaluates metrics on a network that gives what it is given.
    private func measured(_ metrics: String, _ predictions: Tensor, _ targets: Tensor) throws -> [Measurement] {
        let isOfLabels = targets.shape.rank < predictions.shape.rank
        let network = try network(
            Shape(Array(predictions.shape.extents.dropFirst())),
            #"{"type": "Activation", "activation": "linear"}"#
        )
        let data = TensorData(
            inputs: predictions,
            targets: targets,
            classes: isOfLabels ? predictions.shape.extents.last : nil
        )
        let options = try options(
            isOfLabels ? "sparse_categorical_crossentropy" : "mse",
            #""metrics": \#(metrics), "batch_size": \#(predictions.shape[0] / 2)"#
        )
        let session = try TrainingSession(network: network, options: options, data: data, threads: 1)
        return try #require(try session.evaluate(data))
    }

    @Test(arguments: rows)
    func `a metric is Keras's`(row: ReferenceCase) throws {
        var json = JSONWriter()
        json.array { try? $0.write(row.value("metric")) }

        let found = try measured(json.text, row.tensor("predictions"), row.tensor("targets"))

        let expected = try row.value("value").double()
        #expect(abs(found[1].value - expected) <= 1e-5 * max(abs(expected), 0.01), "\(found[1].value) \(expected)")
    }

    @Test(arguments: rows)
    func `a metric means the same when written and read`(row: ReferenceCase) throws {
        var json = JSONWriter()
        json.object { json in
            json.field("loss", "mse")
            json.key("metrics")
            json.array { try? $0.write(row.value("metric")) }
        }
        let options = try TrainingOptions(JSONDocument(parsing: json.bytes).root)

        var again = JSONWriter()
        options.write(to: &again)

        #expect(try TrainingOptions(JSONDocument(parsing: again.bytes).root).metrics == options.metrics)
    }

    @Test func `a metric has the name that it is given, or Keras's`() throws {
        let metrics = #"""
            ["mae", {"type": "BinaryAccuracy", "threshold": 0.2}, {"type": "Recall", "class_id": 0, "name": "first"},
             {"class_name": "Recall", "config": {"name": "second", "thresholds": [0.5], "class_id": 1, "dtype": "float32"}}]
            """#
        let found = try measured(metrics, Tensor([2, 2], [0.3, 0.7, 0.1, 0.9]), Tensor([2, 2], [1, 0, 0, 1]))

        #expect(found.map(\.name) == ["loss", "mae", "binary_accuracy", "first", "second"])
        #expect(found[2].value == 0.75)
        #expect(found[3].value == 0)
        #expect(found[4].value == 1)
    }

    @Test func `several thresholds give a figure each, in a list`() throws {
        let metrics = #"""
            [{"type": "Precision", "thresholds": [0.2, 0.6, 0.95]}, {"type": "TruePositives", "thresholds": [0, 0.8]},
             {"type": "Recall", "thresholds": [0.5]}, {"type": "F1Score", "average": null, "threshold": 0.5}]
            """#
        let found = try measured(metrics, Tensor([2, 2], [0.3, 0.7, 0.1, 0.9]), Tensor([2, 2], [1, 0, 0, 1]))

        // Keras 3.15.1 gives these.
        #expect(found[1].list == [2.0 / 3, 0.5, 0])
        #expect(found[2].list == [2, 1])
        #expect(found[3].list == nil && found[3].value == 0.5)
        #expect(found[4].list == [0, 2.0 / 3])
        #expect(abs(found[1].value - 7.0 / 18) < 1e-12)
        var json = JSONWriter()
        json.object { json in found[2].writeField(to: &json) }
        #expect(json.text == #"{"true_positives":[2.0,1.0]}"#)
    }

    static let faults: [(String, String)] = [
        (#"["mae", "mae"]"#, #"/metrics/1: "mae" is listed twice"#),
        (
            #"[{"type": "Recall"}, {"type": "Recall", "class_id": 0}]"#,
            #"/metrics/1: "recall" is listed twice; give it a "name""#
        ),
        (
            #"[{"type": "SensitivityAtSpecificity"}]"#,
            "/metrics/0/specificity: missing; expected a number from 0 to 1"
        ),
        (
            #"[{"type": "AUC", "curve": "ROCK"}]"#,
            #"/metrics/0/curve: expected one of "ROC", "PR", found "ROCK"; did you mean "ROC"?"#
        ),
        (#"[{"type": "TruePositives", "top_k": 2}]"#, "/metrics/0/top_k: only null is supported, found 2"),
    ]

    @Test(arguments: faults)
    func `what is wrong with a metric is told with its place`(metrics: String, fault: String) throws {
        let error = try #require(throws: FaultyInput.self) {
            _ = try options("mse", #""metrics": \#(metrics)"#)
        }

        #expect(error.faults.map(\.description) == [fault])
    }

    static let misfits: [(String, String)] = [
        (#"["io_u"]"#, #""io_u" needs class indices as targets, found values of shape [2]"#),
        (
            #"[{"type": "Precision", "class_id": 2}]"#,
            #""precision" needs a class_id below 2, the numbers that the network gives"#
        ),
        (
            #"[{"type": "AUC", "multi_label": true, "num_labels": 7}]"#,
            #""auc" needs 2 labels, the numbers that the network gives"#
        ),
        (
            #"[{"type": "OneHotIoU", "num_classes": 2, "target_class_ids": [2]}]"#,
            #""one_hot_io_u" needs target_class_ids below 2, found 2"#
        ),
    ]

    @Test(arguments: misfits)
    func `a metric says what it needs of the targets`(metrics: String, fault: String) throws {
        let error = try #require(throws: FaultyInput.self) {
            _ = try measured(metrics, Tensor([2, 2], [0.3, 0.7, 0.1, 0.9]), Tensor([2, 2], [1, 0, 0, 1]))
        }

        #expect(error.faults.map(\.description) == ["/metrics/0: \(fault)"])
    }
}
