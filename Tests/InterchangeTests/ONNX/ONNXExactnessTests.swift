import Interchange
import JSON
import NN
import Testing

/// What a file says of numbers far from 1 is computed as it says.
@Suite struct ONNXExactnessTests {
    /// What a model answers, written as ONNX and read again, to one row for each input.
    private func answers(_ layers: String, _ inputs: [String: [Float]]) throws -> [[Float]] {
        let names = inputs.keys.sorted()
        let width = inputs[names[0]]?.count ?? 0
        let heads = names.map { #"{"type": "InputLayer", "name": "\#($0)", "shape": [\#(width)]}"# }
        let text = #"{"name": "m", "layers": [\#((heads + [layers]).joined(separator: ", "))]}"#
        let network = try Network(ModelDefinition(JSONDocument(parsing: text).root))
        let file = try ONNXWriter.write(network, weights: network.initialWeights(), name: "m")
        let given = names.map { NamedTensor(name: $0, shape: [1, width], values: inputs[$0] ?? []) }
        return try ONNXReader.read(file.bytes).answers(to: given).map(\.values)
    }

    @Test func `a quotient has no bounds`() throws {
        let (a, b): ([Float], [Float]) = ([1e9, 1, -1, 1e20, -5e6, 3e-20, 0], [1, 0, 0, 1e20, 3e-13, 1e-20, -7])

        let found = try answers(#"{"type": "Divide", "name": "q", "inputs": ["a", "b"]}"#, ["a": a, "b": b])

        #expect(found == [zip(a, b).map { $0 / $1 }])
    }

    @Test func `the smallest number has a sign`() throws {
        let x: [Float] = [1e-20, -1e-20, 0, 5, -1e30]

        #expect(try answers(#"{"type": "Sign", "name": "s"}"#, ["x": x]) == [[1, -1, 0, 1, -1]])
    }

    @Test(arguments: ["\"x_min\": -1e9, \"x_max\": 1e9", "\"x_min\": -1e9", "\"x_max\": 1e9"])
    func `far limits leave numbers as they are`(limits: String) throws {
        let x: [Float] = [0.123_456, -7.5, 1e-6, 3]

        #expect(try answers(#"{"type": "Clip", "name": "c", \#(limits)}"#, ["x": x]) == [x])
    }
}
