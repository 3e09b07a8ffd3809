import JSON
import NN
import Testing

/// Runs of models with several inputs and outputs and with sample weights, against those that
/// `scripts/reference/make_multi_fixtures.py` recorded of Keras.
struct MultiRunReferenceTests {
    static let cases = Reference.cases("multi.json.gz")

    @Test(arguments: cases)
    func `the running loss, the history of each output and the last weights are Keras's`(row: ReferenceCase) throws {
        let session = try session(row)
        var losses: [Float] = []

        let outcome = try session.run { session, event in
            let progress = session.progress
            if event == .step, losses.count < (progress.epoch - 1) * progress.steps + progress.step {
                losses.append(Float(progress.measurements[0].value))
            }
            return .proceed
        }

        #expect(outcome == .finished)
        #expect(try relativeError(losses, floats(row.value("losses"))) < RunReferenceTests.tolerance)
        let history = try row.value("history")
        #expect(Set(session.history.flatMap { $0.measurements.map(\.name) }) == Set(history.members.map(\.key)))
        for member in history.members {
            let found = session.history.compactMap { record in
                record.measurements.first { $0.name == member.key }.map { Float($0.value) }
            }
            #expect(try relativeError(found, floats(member.value)) < RunReferenceTests.tolerance, "\(member.key)")
        }
        for (tensor, expected) in try zip(session.weights, row.value("weights").elements) {
            #expect(try relativeError(tensor.values, floats(expected)) < RunReferenceTests.tolerance)
        }
    }

    private func floats(_ json: JSONValue) throws -> [Float] { try json.array().map { value in try value.float() } }

    /// The session of a case before its first step, with the weights and data that the sequence gives.
    private func session(_ row: ReferenceCase) throws -> TrainingSession {
        let network = try row.network()
        var numbers = TestNumbers(7)
        let weights = network.parameters.map { parameter in
            let shape = parameter.shape
            let limit = 1 / Float(max(shape.extents.dropLast().reduce(1, *), 1)).squareRoot()
            return Tensor(shape, numbers.list(shape.volume, in: -limit...limit))
        }
        let rows = try row.value("rows").int()
        let padded = row.json["padded"].flatMap { try? $0.string() }
        let inputs = network.inputs.map { input in
            var values = numbers.list(rows * input.shape.volume)
            if input.name == padded {
                for row in 0..<rows {
                    let counted = (1 + row % input.shape[0]) * input.shape[1]
                    for place in counted..<input.shape.volume { values[row * input.shape.volume + place] = 0 }
                }
            }
            return Tensor(input.shape.batched(rows), values)
        }
        var targets: [Tensor] = []
        var classes: [Int?] = []
        for target in try row.value("targets").elements {
            let shape = try Shape([rows] + #require(target[1]).ints())
            let count = try #require(target[2])
            let labels = count.isNull ? nil : try count.int()
            let range: ClosedRange<Float> = labels.map { 0...Float($0) } ?? -1...1
            let values = numbers.list(shape.volume, in: range)
            targets.append(Tensor(shape, labels == nil ? values : values.map { $0.rounded(.down) }))
            classes.append(labels)
        }
        let isWeighted = try row.value("weighted").bool()
        return try TrainingSession(
            network: network,
            options: TrainingOptions(row.value("options")),
            data: MultiTensorData(
                inputs: inputs,
                targets: targets,
                classes: classes,
                weights: isWeighted ? Tensor([rows], numbers.list(rows, in: 0...2)) : nil
            ),
            threads: 2,
            weights: weights
        )
    }
}
