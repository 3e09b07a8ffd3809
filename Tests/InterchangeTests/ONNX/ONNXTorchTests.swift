import Interchange
import JSON
import NN
import Testing

/// What PyTorch writes of attention, class tokens, masks, norms and quotients, compared with what onnxruntime computes.
@Suite struct ONNXTorchTests {
    /// The files; those with numbers of their own are named after the exporter and the opset.
    static let files = [
        "enc_causal.legacy17", "enc_causal.dynamo23", "enc_causal_buffer.legacy17", "padding_mask.legacy17",
        "padding_mask.dynamo20", "mha_cross.legacy20", "mha_cross.dynamo23", "mha_weights.legacy17",
        "mha_weights.dynamo18", "mha_biaskv.legacy20", "perceiver.legacy20", "perceiver.dynamo20",
        "vit_manual.legacy17",
        "vit_manual.dynamo23", "normalize.legacy13", "normalize.dynamo18", "cosine.legacy13", "cosine_cls.legacy17",
        "arcface_std.dynamo20", "pairwise_distance.legacy13", "softmax_div.legacy13", "softmax_div.dynamo20",
        "lstmcell.legacy13", "convtranspose3d.legacy13", "adaptive_uneven2.dynamo20", "gpt.legacy13",
    ]

    @Test(arguments: files)
    func `answers as onnxruntime`(file: String) throws {
        let model = try ONNXReader.read(ONNXFixture.bytes("torch/\(file).onnx"))
        let (inputs, outputs) = try ONNXFixture.numbers("torch/\(file)")
        let answers = try model.answers(to: inputs)
        try #require(answers.count == outputs.count)
        for (answer, output) in zip(answers, outputs) {
            let greatest = output.values.reduce(1) { max($0, abs($1)) }
            #expect(difference(answer.values, output.values) <= 1e-5 * greatest, "\(output.name)")
        }
    }

    @Test(arguments: ["enc_causal.legacy17", "mha_cross.legacy20", "perceiver.dynamo20", "vit_manual.legacy17"])
    func `a row has one answer whatever rows it comes with`(file: String) throws {
        let model = try ONNXReader.read(ONNXFixture.bytes("torch/\(file).onnx"))
        let (inputs, _) = try ONNXFixture.numbers("torch/\(file)")
        let first = inputs.map { tensor in
            NamedTensor(
                name: tensor.name,
                shape: [1] + tensor.shape.dropFirst(),
                values: Array(tensor.values.prefix(tensor.values.count / tensor.shape[0]))
            )
        }
        for (alone, together) in zip(try model.answers(to: first), try model.answers(to: inputs)) {
            #expect(difference(alone.values, Array(together.values.prefix(alone.values.count))) <= 1e-6)
        }
    }
}
