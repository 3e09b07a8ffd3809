import JSON
import NN
import Testing

/// Whole runs against Keras's, as `scripts/reference/make_run_fixtures.py` recorded them.
struct RunReferenceTests {
    static let cases = Reference.cases("runs.json.gz")

    /// What rounding in single precision may come to over the steps of a run.
    static let tolerance = 1e-4

    @Test(arguments: cases)
    func `the loss after each batch, the history and the last weights are Keras's`(row: ReferenceCase) throws {
        let session = try session(row)
        var losses: [Float] = []

        let outcome = try session.run { session, event in
            let progress = session.progress
            // Validation has steps too.
            if event == .step, losses.count < (progress.epoch - 1) * progress.steps + progress.step {
                losses.append(Float(progress.measurements[0].value))
            }
            return .proceed
        }

        #expect(outcome == .finished)
        #expect(try relativeError(losses, floats(row.value("losses"))) < Self.tolerance)
        let history = try row.value("history")
        #expect(Set(session.history.flatMap { $0.measurements.map(\.name) }) == Set(history.members.map(\.key)))
        for member in history.members {
            let found = session.history.compactMap { record in
                record.measurements.first { $0.name == member.key }.map { Float($0.value) }
            }
            #expect(try relativeError(found, floats(member.value)) < Self.tolerance, "\(member.key)")
        }
        for (tensor, expected) in try zip(session.weights, row.value("weights").elements) {
            #expect(try relativeError(tensor.values, floats(expected)) < Self.tolerance)
        }
    }

    private func floats(_ json: JSONValue) throws -> [Float] { try json.array().map { value in try value.float() } }

    /// The session of a case before its first step, with the weights and data that the sequence gives.
    private func session(_ row: ReferenceCase) throws -> TrainingSession {
        let network = try row.network()
        var numbers = try TestNumbers(row.value("seed").int())
        let weights = network.parameters.map { parameter in
            let shape = parameter.shape
            let name = parameter.name.split(separator: "/").last
            if name == "mean" || name == "variance" { return Tensor(repeating: 1, shape) }
            if name == "gamma" || name == "moving_variance" {
                return Tensor(shape, numbers.list(shape.volume, in: 0.5...1.5))
            }
            let limit = 1 / Float(max(shape.extents.dropLast().reduce(1, *), 1)).squareRoot()
            return Tensor(shape, numbers.list(shape.volume, in: -limit...limit))
        }
        return try TrainingSession(
            network: network,
            options: TrainingOptions(row.value("options")),
            data: data(row, network.inputShape, &numbers),
            threads: 2,
            weights: weights
        )
    }

    private func data(_ row: ReferenceCase, _ shape: Shape, _ numbers: inout TestNumbers) throws -> TensorData {
        let rows = try row.value("rows").int()
        var inputs = numbers.list(rows * shape.volume)
        if row.json["padded"] != nil {
            for row in 0..<rows {
                let counted = (1 + row % shape[0]) * shape[1]
                for place in counted..<shape.volume { inputs[row * shape.volume + place] = 0 }
            }
        }
        let samples = Tensor(Shape([rows] + shape.extents), inputs)
        let targetShape = try Shape([rows] + row.value("target_shape").ints())
        let kind = try row.value("target").string()
        guard kind != "values" else {
            return TensorData(inputs: samples, targets: Tensor(targetShape, numbers.list(targetShape.volume)))
        }
        let classes = try row.value("classes").int()
        let labels = numbers.list(rows, in: 0...Float(classes)).map { $0.rounded(.down) }
        guard kind == "one_hot" else {
            return TensorData(inputs: samples, targets: Tensor(targetShape, labels), classes: classes)
        }
        let vectors = labels.flatMap { label in (0..<classes).map { Float($0) == label ? Float(1) : 0 } }
        return TensorData(inputs: samples, targets: Tensor(targetShape, vectors))
    }
}
