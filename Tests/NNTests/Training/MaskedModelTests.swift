import JSON
import NN
import Testing

/// One epoch of models with masks and weights against Keras 3.15.1 on TensorFlow, which `masked_models.json.gz` holds.
struct MaskedModelTests {
    static let cases = Reference.cases("masked_models.json.gz")

    private func tensor(_ json: JSONValue) throws -> Tensor {
        let shape = Shape(try #require(json["shape"]).ints())
        return Tensor(shape, try #require(json["data"]).elements.map { value in try value.float() })
    }

    /// Keras's weights are in the order of the engine's parameters.
    private func tensors(_ json: JSONValue) throws -> [Tensor] { try json.members.map { try tensor($0.value) } }

    @Test(arguments: cases)
    func `predictions, evaluation, history and weights are Keras's`(row: ReferenceCase) throws {
        let definition = try JSONDocument(
            parsing: """
                {"name": "m", "input_shape": \(row.value("definition")["input_shape"]?.source ?? ""),
                 "layers": \(row.value("definition")["layers"]?.source ?? "")}
                """
        )
        let network = try Network(ModelDefinition(definition.root))
        let weights = try row.json["weights"].map(tensors) ?? []
        let input = try tensor(#require(row.value("input")["x"]))
        let expected = try row.value("expected")
        let trial = try NetworkTrial(network, inputs: [input], weights: weights)
        let answers = try trial.evaluate([trial.applied.output])[0]
        #expect(try relativeError(answers, tensor(#require(expected["predictions"])).values) < 2e-5)
        guard let training = row.json["training"] else { return }

        var fields: [String] = []
        for member in training.members where member.key != "weighted_metrics" {
            fields.append("\"\(member.key)\": \(member.value.source)")
        }
        if let weights = row.json["class_weight"] { fields.append("\"class_weight\": \(weights.source)") }
        let options = try TrainingOptions(JSONDocument(parsing: "{\(fields.joined(separator: ", "))}").root)
        let target = try tensor(#require(row.value("input")["y"]))
        let isSparse = try training["loss"]?.string().hasPrefix("sparse") ?? false
        let data = TensorData(
            inputs: input,
            targets: target,
            classes: isSparse ? network.outputShape.last : nil,
            weights: try row.json["sample_weight"].map(tensor)
        )
        let session = try TrainingSession(
            network: network,
            options: options,
            data: data,
            threads: 2,
            weights: weights
        )
        try compare(#require(try session.evaluate(data)), with: #require(expected["evaluate"]))
        #expect(try session.run() == .finished)
        try compare(#require(session.history.first).measurements, with: #require(expected["history"]))
        for (found, wanted) in try zip(session.weights, tensors(#require(expected["weights_after"]))) {
            #expect(zip(found.values, wanted.values).allSatisfy { abs($0 - $1) < 5e-5 })
        }
    }

    private func compare(_ found: [Measurement], with expected: JSONValue) throws {
        for measurement in found {
            let wanted = try #require(expected[measurement.name], "no \(measurement.name)").double()
            #expect(abs(measurement.value - wanted) < 2e-5 * max(1, abs(wanted)), "\(measurement.name)")
        }
    }
}
