import Foundation
import Interchange
import JSON
import NN
import Testing

/// What Keras's files call the layers, where they keep weights, and in which order they name inputs.
struct KerasNamesTests {
    /// A model of these layers, no two of whose weights have the same numbers.
    private func model(_ text: String) throws -> ExportedModel {
        let network = try Network(ModelDefinition(Fixtures.json(text)))
        let weights = network.parameters.enumerated().map { place, parameter in
            Tensor(parameter.shape, (0..<parameter.shape.volume).map { Float(place + 1) + Float($0) / 256 })
        }
        return ExportedModel(name: "m", network: network, weights: weights)
    }

    private func file(_ model: ExportedModel, as name: String) throws -> [UInt8] {
        try #require(ModelFormats.writable.first { $0.name == name }).file(of: model)
    }

    private func read(_ bytes: [UInt8]) throws -> ImportedModel {
        let format = try #require(ModelFormats.reading(Array(bytes.prefix(ModelFormats.prefixBytes))))
        return try format.model(in: ReceivedFile(bytes), by: .here, limits: .standard)
    }

    /// Two layers of a model within a model, beside one that has the name which one of them would get.
    private static let nested = """
        {"name": "m", "layers": [{"type": "InputLayer", "name": "in.x", "shape": [3, 4]},
        {"type": "Dense", "name": "enc.dense", "units": 4}, {"type": "Dense", "name": "enc_dense", "units": 4},
        {"type": "TimeDistributed", "name": "td.inner.dense", "layer": {"type": "Dense", "units": 4}},
        {"reuse": "enc.dense", "name": "again"},
        {"type": "Add", "name": "enc.sum", "inputs": ["again", "enc.dense"]}]}
        """

    @Test func `no name of a layer has a dot or a stroke, and all are different`() throws {
        let config = try #require(
            Fixtures.json(String(decoding: file(model(Self.nested), as: "json"), as: UTF8.self))["config"]
        )
        let layers = try #require(config["layers"]).elements.map { $0 }
        let names = try layers.map { try #require($0["name"]).string() }
        #expect(names == ["in_x", "enc_dense_1", "enc_dense", "td_inner_dense", "enc_sum"])
        #expect(try layers.map { try #require($0["config"]?["name"]).string() } == names)
        // What a call takes is told by the same names.
        let callers = layers.map { layer in
            (layer["inbound_nodes"]?.elements.map { $0 } ?? []).map(Self.takenLayers)
        }
        #expect(
            callers == [
                [], [["in_x"], ["td_inner_dense"]], [["enc_dense_1"]], [["enc_dense"]],
                [["enc_dense_1", "enc_dense_1"]],
            ]
        )
        #expect(try config["input_layers"]?[0]?[0]?.string() == "in_x")
        #expect(try config["output_layers"]?[0]?[0]?.string() == "enc_sum")
    }

    /// The layers whose results a call takes.
    private static func takenLayers(_ value: JSONValue) -> [String] {
        if let history = value["keras_history"], let name = try? history[0]?.string() { return [name] }
        switch value.kind {
        case .array: return value.elements.flatMap(takenLayers)
        case .object: return value.members.flatMap { takenLayers($0.value) }
        default: return []
        }
    }

    @Test(arguments: ["keras", "h5"]) func `a whole file under other names computes the same`(format: String) throws {
        let exported = try model(Self.nested)
        let again = try read(file(exported, as: format))
        let numbers = (0..<12).map { Float($0) / 12 - 0.5 }
        let rows = [NamedTensor(name: "in.x", shape: [1, 3, 4], values: numbers)]
        let expected = try exported.network.answers(to: rows, weights: exported.weights)
        let answers = try again.answers(to: rows)
        #expect(answers.map(\.values) == expected.map(\.values))
        #expect(
            Set(again.weights?.map { $0.name.prefix { $0 != "/" } } ?? []) == [
                "enc_dense_1", "enc_dense", "td_inner_dense",
            ]
        )
    }

    @Test(arguments: ["weights.h5", "h5", "keras"])
    func `the weights go back into the model with its own names`(format: String) throws {
        let exported = try model(Self.nested)
        let bytes = try file(exported, as: format)
        let reader = try #require(ModelFormats.reading(Array(bytes.prefix(ModelFormats.prefixBytes))))
        let entries = try reader.weights(in: ReceivedFile(bytes), by: .here, for: exported.network)
        let tensors = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
        #expect(exported.network.parameters.map { tensors[$0.name] } == exported.weights)
    }

    @Test func `each cell of a bidirectional layer has a place of its own`() throws {
        let exported = try model(
            """
            {"name": "m", "input_shape": [5, 3], "layers": [{"type": "Bidirectional", "layer": {"type": "RNN",
            "cell": [{"type": "GRUCell", "units": 3}, {"type": "LSTMCell", "units": 2}]}}]}
            """
        )
        let contents = try FileReading.here.contents(of: ReceivedFile(file(exported, as: "weights.h5")))
        let expected = ["forward_layer", "backward_layer"].flatMap { side in
            ["gru_cell", "lstm_cell"].flatMap { cell in
                (0..<3).map { "layers/bidirectional/\(side)/cell/cells/\(cell)/vars/\($0)" }
            }
        }
        #expect(Set(contents.datasets.keys) == Set(expected))
        #expect(expected.map { contents.datasets[$0]?.tensor } == exported.weights)
    }

    @Test(arguments: ["keras", "h5"]) func `zeros for masked steps are kept`(format: String) throws {
        let exported = try model(
            """
            {"name": "m", "input_shape": [6, 3], "layers": [{"type": "Masking"},
            {"type": "SimpleRNN", "units": 3, "return_sequences": true, "zero_output_for_mask": true}]}
            """
        )
        let again = try read(file(exported, as: format))
        let numbers = (0..<18).map { $0 < 12 ? Float($0 + 1) / 12 : 0 }
        let rows = [NamedTensor(name: "input", shape: [1, 6, 3], values: numbers)]
        let answer = try #require(again.answers(to: rows).first)
        #expect(answer.values.suffix(6).allSatisfy { $0 == 0 } && answer.values.prefix(12).contains { $0 != 0 })
        #expect(try exported.network.answers(to: rows, weights: exported.weights).first?.values == answer.values)
    }

    @Test(arguments: [["a", "b"], ["b", "a"]]) func `inputs keep their order`(order: [String]) throws {
        let inputs = order.map { #"{"type": "InputLayer", "name": "\#($0)", "shape": [3]}"# }.joined(separator: ", ")
        let exported = try model(
            """
            {"name": "m", "layers": [\(inputs), {"type": "Dense", "name": "deep", "units": 3, "inputs": ["b"]},
            {"type": "Subtract", "inputs": ["a", "deep"]}]}
            """
        )
        let config = try Fixtures.json(String(decoding: file(exported, as: "json"), as: UTF8.self))["config"]
        #expect(try config?["input_layers"]?.elements.compactMap { try $0[0]?.string() } == order)
        let graph = try ONNXReader.read(file(exported, as: "onnx"))
        #expect(try Network(ModelDefinition(graph.definition)).inputs.map(\.name) == order)
    }
}
