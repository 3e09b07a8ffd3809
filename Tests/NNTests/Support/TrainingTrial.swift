import JSON
import NN
import Testing

/// Training options from the fields of a request, beside the loss.
func options(_ loss: String, _ fields: String = "") throws -> TrainingOptions {
    let text = "{\"loss\": \"\(loss)\"\(fields.isEmpty ? "" : ", ")\(fields)}"
    return try TrainingOptions(JSONDocument(parsing: text).root)
}

/// Three classes that a small network can learn to tell apart: each a noisy corner of the input space.
func classes(rows: Int, width: Int = 6, seed: Int = 1) -> TensorData {
    var numbers = TestNumbers(seed)
    var inputs: [Float] = []
    var labels: [Float] = []
    for row in 0..<rows {
        let label = row % 3
        inputs += (0..<width).map { ($0 % 3 == label ? 1 : 0) + numbers.next(in: -0.6...0.6) }
        labels.append(Float(label))
    }
    return TensorData(
        inputs: Tensor([rows, width], inputs),
        targets: Tensor([rows], labels),
        classes: 3
    )
}

/// A network with dropout and two dense layers for `classes(rows:)`.
func classifier(width: Int = 6, units: Int = 16) throws -> Network {
    try network(
        [width],
        #"{"type": "Dense", "units": \#(units), "activation": "tanh"}"#,
        #"{"type": "Dropout", "rate": 0.3}"#,
        #"{"type": "Dense", "units": 3, "activation": "softmax"}"#
    )
}

/// The bits of tensors, in which runs are compared: equal numbers are not enough.
func bits(_ tensors: [Tensor]) -> [[UInt32]] { tensors.map { $0.values.map(\.bitPattern) } }

extension TrainingSession {
    /// What each epoch came to, but for how long it took, which no two runs have in common.
    var course: [EpochRecord] {
        history.map { EpochRecord(epoch: $0.epoch, measurements: $0.measurements, learningRate: $0.learningRate) }
    }
}

/// A session that has trained to its end.
func trained(
    _ network: Network,
    _ options: TrainingOptions,
    _ data: any TrainingData,
    threads: Int = 1
) throws -> TrainingSession {
    let session = try TrainingSession(network: network, options: options, data: data, threads: threads)
    #expect(try session.run() == .finished)
    return session
}
