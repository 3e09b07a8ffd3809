import Foundation
import Interchange
import JSON
import NN
import Testing

/// What is written, read again; onnxruntime and ONNX's checker judge the same files in `scripts/test-onnx`.
@Suite struct ONNXWriterTests {
    @Test(arguments: ONNXModels.names)
    func answersTheSameWhenReadAgain(name: String) throws {
        let (network, weights) = try ONNXModels.model(name)
        let inputs = ONNXModels.inputs(of: network)
        let expected = try network.answers(to: inputs, weights: weights)
        for opset in [13, 17, 18, 21] {
            let file = try ONNXWriter.write(network, weights: weights, opset: opset, name: name)
            let answers = try ONNXReader.read(file.bytes).answers(to: inputs)
            #expect(answers.map(\.name) == expected.map(\.name))
            for (answer, wanted) in zip(answers, expected) {
                #expect(difference(answer.values, wanted.values) <= 1e-5, "opset \(opset)")
            }
        }
    }

    @Test func writesTheSameBytesForTheSameModel() throws {
        let (network, weights) = try ONNXModels.model("lenet")
        let one = try ONNXWriter.write(network, weights: weights, name: "m")
        #expect(try ONNXWriter.write(network, weights: weights, name: "m").bytes == one.bytes)
    }

    @Test func givesTheWeightsBackBitForBit() throws {
        let (network, weights) = try ONNXModels.model("gru_before")
        let file = try ONNXWriter.write(network, weights: weights, name: "m")
        let read = try #require(try ONNXReader.read(file.bytes).weights)
        let kernels = zip(network.parameters, weights).filter { $0.0.name.hasSuffix("kernel") }
        for (parameter, tensor) in kernels {
            #expect(read.contains { $0.tensor == tensor }, "\(parameter.name)")
        }
    }

    @Test func refusesAMaskIntoARecurrenceByName() throws {
        let text =
            #"{"name": "m", "input_shape": [9], "layers": [{"type": "Embedding", "input_dim": 20, "output_dim": 6, "mask_zero": true}, "#
            + #"{"type": "GRU", "units": 5}]}"#
        let network = try Network(ModelDefinition(JSONDocument(parsing: text).root))
        let error = #expect(throws: InterchangeError.self) {
            try ONNXWriter.write(network, weights: network.initialWeights(), name: "m")
        }
        #expect(error?.faults.map(\.pointer) == ["/layers/1"])
        #expect(error?.faults[0].message.contains("\"gru\" (GRU)") == true)
    }

    @Test func tellsOfActivationsThatNotAllProgramsHave() throws {
        let (network, weights) = try ONNXModels.model("gru_hard")
        #expect(try ONNXWriter.write(network, weights: weights, name: "m").notes.count == 1)
    }

    @Test func givesAnInputThatIsAnOutputUnderANameOfItsOwn() throws {
        let text =
            #"{"name": "m", "layers": [{"type": "InputLayer", "name": "x", "shape": [4]}, "#
            + #"{"type": "Dense", "name": "x_output", "units": 2}], "outputs": ["x", "x_output"]}"#
        let network = try Network(ModelDefinition(JSONDocument(parsing: text).root))
        let weights = network.initialWeights()
        let inputs = ONNXModels.inputs(of: network)
        let file = try ONNXWriter.write(network, weights: weights, name: "m")
        let answers = try ONNXReader.read(file.bytes).answers(to: inputs)
        #expect(answers.map(\.name) == ["x_output_1", "x_output"])
        #expect(answers[0].values == inputs[0].values)
        let expected = try network.answers(to: inputs, weights: weights)
        #expect(difference(answers[1].values, expected[1].values) <= 1e-6)
        #expect(file.notes.count == 1 && file.notes[0].contains("\"x_output_1\""))
    }

    @Test(arguments: [12, 22]) func refusesOtherOpsets(opset: Int) throws {
        let (network, weights) = try ONNXModels.model("text")
        #expect(throws: InterchangeError.self) {
            try ONNXWriter.write(network, weights: weights, opset: opset, name: "m")
        }
    }

    /// Writes the files and what the models answer for `scripts/test-onnx`, where it asks for them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["TRAINYARD_ONNX_EXPORTS"] != nil))
    func writesFilesForOtherProgramsToJudge() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["TRAINYARD_ONNX_EXPORTS"])
        for name in ONNXModels.names {
            let (network, weights) = try ONNXModels.model(name)
            let inputs = ONNXModels.inputs(of: network)
            let outputs = try network.answers(to: inputs, weights: weights)
            for opset in [13, 17, 18, 21] {
                let file = try ONNXWriter.write(network, weights: weights, opset: opset, name: name)
                try Data(file.bytes).write(to: URL(filePath: "\(folder)/\(name).\(opset).onnx"))
            }
            let text = "{\"inputs\": \(Self.text(inputs)), \"outputs\": \(Self.text(outputs))}"
            try text.write(toFile: "\(folder)/\(name).json", atomically: true, encoding: .utf8)
        }
    }

    private static func text(_ tensors: [NamedTensor]) -> String {
        let members = tensors.map { "\"\($0.name)\": {\"shape\": \($0.shape), \"data\": \($0.values)}" }
        return "{" + members.joined(separator: ", ") + "}"
    }
}
