import NN
import Testing

/// Recurrent kernels with products in bfloat16 and gates in one pass, against the same formulas as a graph of single products.
@Suite(.enabled(if: hasBFloat16))
struct BFloat16RecurrentTests {
    /// A primitive with the shapes of its operands.
    struct Trial: Sendable, CustomTestStringConvertible {
        let primitive: any CompositePrimitive
        let operands: [Shape]
        var testDescription: String { primitive.name + " \(operands)" }

        init(_ primitive: any CompositePrimitive, _ operands: Shape...) {
            (self.primitive, self.operands) = (primitive, operands)
        }
    }

    private static let trials = [
        Trial(GRUSequence(resetsAfter: true), [4, 3, 60], [3, 20], [20, 60], [60]),
        Trial(GRUSequence(resetsAfter: true), [3, 9, 96], [9, 32], [32, 96], [96]),
        Trial(GRUSequence(resetsAfter: false), [4, 3, 60], [3, 20], [20, 60]),
        Trial(LSTMSequence(), [4, 3, 80], [3, 20], [3, 20], [20, 80]),
        Trial(LSTMSequence(), [3, 16, 128], [16, 32], [16, 32], [32, 128]),
        Trial(SimpleRNNSequence(), [4, 3, 20], [3, 20], [20, 20]),
    ]

    @Test(arguments: trials)
    func `states and gradients are those of the formulas with rounded operands`(trial: Trial) throws {
        var numbers = TestNumbers(trial.operands.count)
        var graph = Graph()
        var inputs: [Value: [Float]] = [:]
        var operands: [Value] = []
        for (index, shape) in trial.operands.enumerated() {
            let value = try graph.input("\(index)", shape: shape)
            inputs[value] = numbers.list(shape.volume, in: -0.5...0.5)
            operands.append(value)
        }
        var found: [[Value]] = []
        let whole = try graph.append(trial.primitive, to: operands)[0]
        let weights = try graph.input("weights", shape: graph.shape(of: whole))
        inputs[weights] = numbers.list(graph.shape(of: whole).volume)
        for states in [whole, try trial.primitive.expand(operands, in: &graph)[0]] {
            let axes = Array(0..<graph.shape(of: states).rank)
            let loss = try graph.sum(graph.multiply(states, weights), axes: axes)
            found.append(try [states] + graph.gradients(of: loss, withRespectTo: operands))
        }

        let kernels = try evaluate(graph, inputs, found[0], precision: .mixedBFloat16)
        let formulas = try evaluate(graph, inputs, found[1], precision: .mixedBFloat16)
        let exact = try evaluate(graph, inputs, found[0])

        for (place, (kernel, formula)) in zip(kernels, formulas).enumerated() {
            let size = formula.map(abs).max() ?? 0
            let error = zip(kernel, formula).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= 1e-5 * max(size, 1), "result \(place) is off by \(error)")
        }
        let rounding = zip(kernels[0], exact[0]).map { abs($0 - $1) }.max() ?? 0
        #expect(rounding > 1e-5 && rounding < 1e-2)
    }
}
