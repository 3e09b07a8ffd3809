import JSON
import NN
import Testing

/// Models with masks, regularizers, weights of steps and frozen layers against Keras 3: what they answer, what an
/// evaluation and an epoch of training come to, and the weights afterwards.
///
/// `masks.json.gz` is what `scripts/reference/make_mask_fixtures.py` makes.
struct MaskReferenceTests {
    static let cases = Reference.cases("masks.json.gz")

    /// What rounding in single precision may come to, in both programs.
    static let tolerance = 3e-5

    @Test func `there are cases`() { #expect(Self.cases.count > 60) }

    @Test(arguments: cases)
    func `predictions, losses, metrics and weights are Keras's`(row: ReferenceCase) throws {
        let network = try row.network()
        let weights = try row.tensors("weights")
        #expect(weights.map(\.shape) == network.parameters.map(\.shape))
        let expected = try row.value("expected")
        let (inputs, targets) = try (row.tensors("inputs"), row.tensors("targets"))
        let trial = try NetworkTrial(network, inputs: inputs, weights: weights)
        let answers = try trial.evaluate(trial.applied.outputs.map(\.output))
        for (found, wanted) in try zip(answers, #require(expected["predictions"]).elements) {
            #expect(try relativeError(found, Tensor(reference: wanted).values) < Self.tolerance)
        }

        let options = try TrainingOptions(row.value("options"))
        let sampleWeights = try row.json["sample_weight"].map { weights in
            let tensor = try Tensor(reference: weights)
            // Keras wants a row's weight as [rows, 1] where results have steps.
            return tensor.shape.extents.dropFirst().elementsEqual([1])
                ? Tensor([tensor.shape[0]], tensor.values) : tensor
        }
        let rules = options.learnedOutputs(of: network).enumerated().map { place, output in
            // Targets that are the result's numbers are values, fewer of them are labels.
            targets[place].volume == output.shape.volume * targets[place].shape[0] ? nil : output.shape.last
        }
        let data = MultiTensorData(inputs: inputs, targets: targets, classes: rules, weights: sampleWeights)
        for threads in [1, 2] {
            let session = try TrainingSession(
                network: network,
                options: options,
                data: data,
                threads: threads,
                weights: weights
            )
            let evaluated = try #require(try session.evaluate(data))
            try compare(evaluated, with: #require(expected["evaluate"]))
            guard let history = expected["history"] else { continue }

            #expect(try session.run() == .finished)

            try compare(#require(session.history.first).measurements, with: history)
            for (found, wanted) in try zip(session.weights, #require(expected["weights"]).elements) {
                #expect(try relativeError(found.values, Tensor(reference: wanted).values) < 10 * Self.tolerance)
            }
        }
    }

    /// Compares measurements with Keras's by name; where several outputs are one, Keras leaves the output's name out.
    private func compare(_ found: [Measurement], with expected: JSONValue) throws {
        #expect(Set(found.map(\.name)) == Set(expected.members.map(\.key)))
        for measurement in found {
            let wanted = try #require(expected[measurement.name]).double()
            #expect(
                abs(measurement.value - wanted) < Self.tolerance * max(1, abs(wanted)),
                "\(measurement.name): \(measurement.value), Keras has \(wanted)"
            )
        }
    }
}
