import Foundation
import Interchange
import JSON
import NN
import Testing

/// A tensor of a fixture: a batch.
struct NamedTensor {
    /// Its name.
    let name: String
    /// Its extents, the batch first.
    let shape: [Int]
    /// Its numbers.
    let values: [Float]
}

/// Files of other programs, with what these compute of them.
enum ONNXFixture {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Fixtures/ONNX")

    /// The bytes of a file.
    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// The inputs and outputs of a case.
    static func numbers(_ name: String) throws -> (inputs: [NamedTensor], outputs: [NamedTensor]) {
        let root = try JSONDocument(parsing: bytes("\(name).json")).root
        return (try tensors(root["inputs"]), try tensors(root["outputs"]))
    }

    private static func tensors(_ value: JSONValue?) throws -> [NamedTensor] {
        try #require(value).members.map { name, value in
            let shape = try #require(value["shape"]).elements.map { try $0.int() }
            return NamedTensor(
                name: name,
                shape: shape,
                values: try #require(value["data"]).elements.map { try $0.float() }
            )
        }
    }
}

extension ImportedModel {
    /// What the model answers to a batch, by the names of its outputs.
    func answers(to inputs: [NamedTensor]) throws -> [NamedTensor] {
        let network = try Network(ModelDefinition(definition))
        let weights = try WeightsFile(weights ?? []).tensors(for: network.layout)
        return try network.answers(to: inputs, weights: weights)
    }
}

extension Network {
    /// The names and shapes of its weights.
    var layout: ParameterLayout { ParameterLayout(parameters.map { ($0.name, $0.shape, $0.trainable) }) }

    /// What the network answers to a batch, by the names of its outputs.
    func answers(to inputs: [NamedTensor], weights: [Tensor]) throws -> [NamedTensor] {
        let rows = try #require(inputs.first?.shape.first)
        let ordered = try self.inputs.enumerated().map { place, input in
            try #require(
                inputs.first { $0.name == input.name } ?? (inputs.indices.contains(place) ? inputs[place] : nil)
            )
        }
        var values: [Float] = []
        for row in 0..<rows {
            for tensor in ordered {
                let width = tensor.values.count / rows
                values += tensor.values[row * width..<(row + 1) * width]
            }
        }
        let worker = InferenceModel(try InferencePlans(self), weights: weights).makeWorker()
        let result = try worker.predict(Tensor(inputShape.batched(rows), values))
        var (answers, start) = ([NamedTensor](), 0)
        let width = outputShape.volume
        for output in outputs {
            let volume = output.shape.volume
            let numbers = (0..<rows).flatMap { row in
                result.values[row * width + start..<row * width + start + volume]
            }
            answers.append(NamedTensor(name: output.name, shape: [rows] + output.shape.extents, values: numbers))
            start += volume
        }
        return answers
    }
}

/// The greatest difference of two lists; infinite where they can't be compared.
func difference(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(0) { max($0, ($1.0 - $1.1).isNaN ? .infinity : abs($1.0 - $1.1)) }
}
