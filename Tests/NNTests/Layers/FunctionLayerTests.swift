import Foundation
import JSON
import NN
import Testing

/// Functions that Keras has as operations.
struct FunctionLayerTests {
    /// What a layer makes of numbers, and its derivative there.
    private func run(_ layer: String, _ numbers: [Float]) throws -> (values: [Float], slopes: [Float]) {
        let network = try network([numbers.count], layer)
        var trial = try NetworkTrial(network, samples: Tensor([1, numbers.count], numbers))
        let total = try trial.graph.sum(trial.applied.output, axes: [0, 1])
        let gradient = try trial.graph.gradients(of: total, withRespectTo: [trial.inputs[0]])
        let computed = try trial.evaluate([trial.applied.output] + gradient)
        return (computed[0], computed[1])
    }

    /// A layer, its function and its derivative, at numbers above zero.
    struct Row: Sendable, CustomTestStringConvertible {
        let layer: String
        let value: @Sendable (Double) -> Double
        let slope: @Sendable (Double) -> Double
        var testDescription: String { layer }
    }

    static let rows = [
        Row(layer: #"{"type": "Absolute"}"#, value: { abs($0) }, slope: { _ in 1 }),
        Row(layer: #"{"type": "Square"}"#, value: { $0 * $0 }, slope: { 2 * $0 }),
        Row(layer: #"{"type": "Sqrt"}"#, value: { $0.squareRoot() }, slope: { 0.5 / $0.squareRoot() }),
        Row(layer: #"{"type": "Log"}"#, value: { log($0) }, slope: { 1 / $0 }),
        Row(layer: #"{"type": "Reciprocal"}"#, value: { 1 / $0 }, slope: { -1 / ($0 * $0) }),
        Row(layer: #"{"type": "Erf"}"#, value: { erf($0) }, slope: { 2 / Double.pi.squareRoot() * exp(-$0 * $0) }),
        Row(layer: #"{"type": "Sin"}"#, value: { sin($0) }, slope: { cos($0) }),
        Row(layer: #"{"type": "Cos"}"#, value: { cos($0) }, slope: { -sin($0) }),
        Row(layer: #"{"type": "Sign"}"#, value: { _ in 1 }, slope: { _ in 0 }),
        Row(layer: #"{"type": "Floor"}"#, value: { $0.rounded(.down) }, slope: { _ in 0 }),
        Row(
            layer: #"{"type": "Power", "exponent": -1.5}"#,
            value: { pow($0, -1.5) },
            slope: { -1.5 * pow($0, -2.5) }
        ),
        Row(
            layer: #"{"type": "Clip", "x_min": 0.5, "x_max": 2}"#,
            value: { min(max($0, 0.5), 2) },
            slope: { $0 > 0.5 && $0 < 2 ? 1 : 0 }
        ),
    ]

    @Test(arguments: rows)
    func `a function and its derivative`(row: Row) throws {
        let numbers: [Float] = [0.1, 0.7, 1.3, 2.6, 30]

        let found = try run(row.layer, numbers)

        for (place, number) in numbers.enumerated() {
            let (value, slope) = (row.value(Double(number)), row.slope(Double(number)))
            #expect(abs(Double(found.values[place]) - value) <= 2e-6 * max(1, abs(value)), "\(number)")
            #expect(abs(Double(found.slopes[place]) - slope) <= 1e-5 * max(1, abs(slope)), "\(number)")
        }
    }

    @Test func `below zero a root and a logarithm are no numbers, and a size has its sign`() throws {
        #expect(try run(#"{"type": "Sqrt"}"#, [-1]).values[0].isNaN)
        #expect(try run(#"{"type": "Log"}"#, [-1, 0]).values.map(\.isFinite) == [false, false])
        #expect(try run(#"{"type": "Sign"}"#, [-1e-30, 0, 1e-30]).values == [-1, 0, 1])
        #expect(try run(#"{"type": "Floor"}"#, [-1.5, -1, 1.5]).values == [-2, -1, 1])
    }

    @Test func `a limit above the other is refused`() throws {
        let error = #expect(throws: FaultyInput.self) { try network([2], #"{"type": "Clip", "x_min": 2, "x_max": 1}"#) }

        #expect(error?.faults.map(\.description) == ["/layers/0/x_max: expected at least x_min, 2.0, found 1.0"])
    }

    @Test func `a divisor of one number is stretched`() throws {
        let network = try Network(
            ModelDefinition(
                JSONDocument(
                    parsing: #"""
                        {"name": "m", "layers": [{"type": "InputLayer", "name": "a", "shape": [2, 2]},
                         {"type": "InputLayer", "name": "b", "shape": [2, 1]}, {"type": "Divide", "inputs": ["a", "b"]}]}
                        """#
                ).root
            )
        )

        #expect(network.outputShape == [2, 2])
    }

    @Test(arguments: [#"{"type": "Sqrt"}"#, #"{"type": "Clip", "x_min": 0}"#])
    func `a mask ends there, as behind any operation of Keras`(layer: String) throws {
        let masked = try network([3, 1], #"{"type": "Masking"}"#, layer, #"{"type": "GlobalAveragePooling1D"}"#)
        let trial = try NetworkTrial(masked, samples: Tensor([1, 3, 1], [0, 4, 4]))

        // Of the masked step there is the zero.
        let expected: Float = layer.contains("Sqrt") ? 4.0 / 3 : 8.0 / 3
        #expect(abs(try trial.evaluate([trial.applied.output])[0][0] - expected) < 1e-6)
    }
}
