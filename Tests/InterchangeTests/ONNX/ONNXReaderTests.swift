import Interchange
import JSON
import NN
import Testing

/// What PyTorch, tf2onnx and Keras export, read and compared with what these compute.
@Suite struct ONNXReaderTests {
    /// Names of files, and of the numbers that belong to them.
    static let files: [(file: String, numbers: String)] =
        [
            "lenet", "resnet_block", "vgg_like", "gru", "lstm", "bi_lstm", "stacked_gru", "text_gru", "multi_io",
            "conv1d", "upconv",
        ]
        .flatMap { [("\($0).legacy", $0), ("\($0).dynamo", $0)] } + [("simple_rnn.legacy", "simple_rnn")]
        + ["lenet", "resnet_block", "conv_misc", "multi_io", "lstm"].map { ("tf2onnx_\($0)", "keras3_\($0)") }
        + ["lenet", "resnet_block", "conv_misc"].map { ("keras_\($0)", "keras3_\($0)") }
        + [("resize_nearest", "resize_nearest")]

    @Test(arguments: files)
    func answersAsTheProgramThatWroteTheFile(file: String, numbers: String) throws {
        let model = try ONNXReader.read(ONNXFixture.bytes("\(file).onnx"))
        let (inputs, outputs) = try ONNXFixture.numbers(numbers)
        let answers = try model.answers(to: inputs)
        try #require(answers.count == outputs.count)
        for (answer, output) in zip(answers, outputs) {
            #expect(answer.shape == output.shape)
            #expect(difference(answer.values, output.values) <= 1e-5, "\(output.name)")
        }
    }

    @Test func readsNumbersThatLieInAnotherFile() throws {
        let data = ["external.onnx.data": try ONNXFixture.bytes("external.onnx.data")]
        let model = try ONNXReader.read(ONNXFixture.bytes("external.onnx"), beside: data)
        let (inputs, outputs) = try ONNXFixture.numbers("external")
        #expect(difference(try model.answers(to: inputs)[0].values, outputs[0].values) <= 1e-5)
    }

    @Test func namesTheFileThatIsMissing() throws {
        let error = #expect(throws: InterchangeError.self) { try ONNXReader.read(ONNXFixture.bytes("external.onnx")) }
        #expect(error?.faults.allSatisfy { $0.message.contains("\"external.onnx.data\", which wasn't sent") } == true)
    }

    @Test(arguments: ["tf2onnx_gru", "keras_gru", "simple_rnn.dynamo"])
    func readsOrRefusesUnrolledRecurrencesByName(file: String) throws {
        do {
            let model = try ONNXReader.read(ONNXFixture.bytes("\(file).onnx"))
            let name =
                ["tf2onnx_gru": "keras3_gru", "keras_gru": "keras3_gru", "simple_rnn.dynamo": "simple_rnn"][file] ?? ""
            let (inputs, outputs) = try ONNXFixture.numbers(name)
            let answers = try model.answers(to: inputs)
            for (answer, output) in zip(answers, outputs) { #expect(difference(answer.values, output.values) <= 1e-5) }
        } catch let error as InterchangeError {
            #expect(error.faults.allSatisfy { $0.pointer.hasPrefix("/graph/node/") }, "\(error.faults)")
        }
    }

    @Test func keepsTheNamesOfInputsAndOutputs() throws {
        let model = try ONNXReader.read(ONNXFixture.bytes("multi_io.legacy.onnx"))
        #expect(model.definition["layers"]?[0]?["name"].map { try? $0.string() } == "point")
        #expect(model.definition["outputs"]?.elements.map { try? $0.string() } == ["side", "size"])
        #expect(model.weights?.contains { $0.name.hasSuffix("kernel") } == true)
    }
}
