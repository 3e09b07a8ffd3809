import JSON

/// Keras's `GRU`: a gated recurrent unit over a sequence.
///
/// With `reset_after`: `z = σ(x·Wz + bz + h·Uz + cz)`, `r = σ(x·Wr + br + h·Ur + cr)`, `ĥ = tanh(x·Wh + bh + r ⊙ (h·Uh +
/// ch))`, `h′ = z ⊙ h + (1 − z) ⊙ ĥ`; without, `ĥ = tanh(x·Wh + bh + (r ⊙ h)·Uh)` and there is no c. The gates lie in the
/// order z, r, h: kernel W `[D, 3H]`, recurrent_kernel U `[H, 3H]`, bias `[2, 3H]` (b, then c) or `[3H]`. Source: Cho et
/// al. 2014, arXiv:1406.1078; keras.io/api/layers/recurrent_layers/gru.
struct GRULayer: RecurrentLayer {
    static let names = ["GRU"]
    static let gates = 3
    static let stateCount = 1

    var recurrence: RecurrentArguments
    private let gateActivation: ActivationKind
    private let resetAfter: Bool

    init(reading arguments: inout ObjectReader, _ recurrence: RecurrentArguments) {
        self.recurrence = recurrence
        gateActivation = arguments.activation("recurrent_activation", default: .sigmoid)
        resetAfter = arguments.bool("reset_after", default: true)
    }

    func write(to json: inout JSONWriter) {
        recurrence.write(to: &json)
        json.field("recurrent_activation", gateActivation)
        json.field("reset_after", resetAfter)
    }

    var biasShape: Shape { resetAfter ? [2, 3 * units] : [3 * units] }

    var stepOperations: Int {
        let sums = 3 * units * (1 + (recurrence.useBias ? 1 : 0) + (recurrence.useBias && resetAfter ? 1 : 0))
        return sums + units * (2 * gateActivation.operations + recurrence.stateActivation.operations + 5)
    }

    static let gateNames = ["z", "r", "candidate"]
    static let stateNames = ["h"]

    var resetsAfter: Bool? { resetAfter }

    var formula: String {
        let (gate, state) = (gateActivation.name, recurrence.stateActivation.name)
        let candidate = resetAfter ? "r[t]·(h[t−1]·U_h + c_h)" : "(r[t]·h[t−1])·U_h"
        let bias = resetAfter ? " + c" : ""
        return "z[t] = \(gate)(x[t]·W_z + b_z + h[t−1]·U_z\(bias.isEmpty ? "" : bias + "_z")); "
            + "r[t] = \(gate)(x[t]·W_r + b_r + h[t−1]·U_r\(bias.isEmpty ? "" : bias + "_r")); "
            + "candidate[t] = \(state)(x[t]·W_h + b_h + \(candidate)); "
            + "h[t] = z[t]·h[t−1] + (1−z[t])·candidate[t]"
    }

    func steps(
        from initial: [Value],
        over projected: Value,
        weights: RecurrentWeights,
        in graph: inout Graph
    ) throws(ShapeError) -> RecurrentSteps {
        if recurrence.stateActivation == .tanh, gateActivation == .sigmoid, weights.keepsAll {
            let states = try graph.gru(projected, initial[0], weights.kernel, weights.bias, resetAfter: resetAfter)
            return RecurrentSteps(states: [states], gates: .packed(Value(node: states.node, result: 1)))
        }
        var gates: [[Value]] = []
        let states = try graph.unroll(from: initial, over: projected) { graph, states, input throws(ShapeError) in
            let step = try next(after: states[0], input: input, weights: weights, in: &graph)
            gates.append(step.gates)
            return [step.state]
        }
        return RecurrentSteps(states: states, gates: .steps(gates))
    }

    /// One step, of any activation functions: state `[N, H]` and gates after a projected input `[N, 3H]`.
    private func next(
        after state: Value,
        input: Value,
        weights: RecurrentWeights,
        in graph: inout Graph
    ) throws(ShapeError) -> (state: Value, gates: [Value]) {
        let recurrent = try weights.product(state, gates: 0..<(resetAfter ? 3 : 2), in: &graph)
        var opened: [Value] = []
        for index in 0..<2 {
            let ofInput = try graph.gate(index, of: input, units: units)
            let sum = try graph.add(ofInput, graph.gate(index, of: recurrent, units: units))
            opened.append(try gateActivation.append(to: &graph, sum))
        }
        let (update, reset) = (opened[0], opened[1])
        let candidateRecurrent: Value
        if resetAfter {
            candidateRecurrent = try graph.multiply(reset, graph.gate(2, of: recurrent, units: units))
        } else {
            let kernel = try graph.slice(weights.kernel, axis: 1, 2 * units..<3 * units)
            let seen = try graph.multiply(reset, weights.seen(state, by: 2, in: &graph))
            candidateRecurrent = try graph.matmul(seen, kernel)
        }
        let sum = try graph.add(graph.gate(2, of: input, units: units), candidateRecurrent)
        let candidate = try recurrence.stateActivation.append(to: &graph, sum)
        let kept = try graph.multiply(update, state)
        let taken = try graph.multiply(graph.offset(graph.negate(update), by: 1), candidate)
        return (try graph.add(kept, taken), [update, reset, candidate])
    }
}
