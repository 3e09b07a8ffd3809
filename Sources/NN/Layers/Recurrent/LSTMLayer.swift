import JSON

/// Keras's `LSTM`: a long short-term memory over a sequence.
///
/// `i = σ(x·Wi + bi + h·Ui)`, `f = σ(x·Wf + bf + h·Uf)`, `o = σ(x·Wo + bo + h·Uo)`, `c′ = f ⊙ c + i ⊙ tanh(x·Wc + bc +
/// h·Uc)`, `h′ = o ⊙ tanh(c′)`. The gates lie in the order i, f, c, o: kernel W `[D, 4H]`, recurrent_kernel U `[H, 4H]`,
/// bias `[4H]`, whose forget part starts at 1 with `unit_forget_bias`. States: h, then c. Source: Hochreiter and
/// Schmidhuber 1997; keras.io/api/layers/recurrent_layers/lstm.
struct LSTMLayer: RecurrentLayer {
    static let names = ["LSTM"]
    static let gates = 4
    static let stateCount = 2

    var recurrence: RecurrentArguments
    private let gateActivation: ActivationKind
    private let unitForgetBias: Bool

    init(reading arguments: inout ObjectReader, _ recurrence: RecurrentArguments) {
        self.recurrence = recurrence
        gateActivation = arguments.activation("recurrent_activation", default: .sigmoid)
        unitForgetBias = arguments.bool("unit_forget_bias", default: true)
    }

    func write(to json: inout JSONWriter) {
        recurrence.write(to: &json)
        json.field("recurrent_activation", gateActivation)
        json.field("unit_forget_bias", unitForgetBias)
    }

    func parameters(for inputs: [Shape]) -> [Parameter] {
        let kernels = [
            Parameter("kernel", [inputs[0][1], 4 * units], recurrence.kernel),
            Parameter("recurrent_kernel", [units, 4 * units], recurrence.recurrent),
        ]
        guard recurrence.useBias else { return kernels }
        let first = recurrence.bias.initializer
        let bias = Parameter(
            "bias",
            [4 * units],
            unitForgetBias ? Initializer(ForgetBiasInitializer(others: first), seed: first.seed) : first,
            regularizer: recurrence.bias.regularizer,
            constraint: recurrence.bias.constraint
        )
        return kernels + [bias]
    }

    var stepOperations: Int {
        let functions = 3 * gateActivation.operations + 2 * recurrence.stateActivation.operations
        return units * (4 * (1 + (recurrence.useBias ? 1 : 0)) + functions + 4)
    }

    static let gateNames = ["i", "f", "candidate", "o"]
    static let stateNames = ["h", "c"]

    var formula: String {
        let (gate, state) = (gateActivation.name, recurrence.stateActivation.name)
        return "i[t] = \(gate)(x[t]·W_i + b_i + h[t−1]·U_i); f[t] = \(gate)(x[t]·W_f + b_f + h[t−1]·U_f); "
            + "candidate[t] = \(state)(x[t]·W_c + b_c + h[t−1]·U_c); o[t] = \(gate)(x[t]·W_o + b_o + h[t−1]·U_o); "
            + "c[t] = f[t]·c[t−1] + i[t]·candidate[t]; h[t] = o[t]·\(state)(c[t])"
    }

    func steps(
        from initial: [Value],
        over projected: Value,
        weights: RecurrentWeights,
        in graph: inout Graph
    ) throws(ShapeError) -> RecurrentSteps {
        let activation = recurrence.stateActivation
        if activation == .tanh, gateActivation == .sigmoid, weights.keepsAll {
            let results = try graph.lstm(projected, initial[0], initial[1], weights.kernel)
            let gates = Value(node: results.states.node, result: 2)
            return RecurrentSteps(states: [results.states, results.cells], gates: .packed(gates))
        }
        var gates: [[Value]] = []
        let states = try graph.unroll(from: initial, over: projected) { graph, states, input throws(ShapeError) in
            let sums = try graph.add(input, weights.product(states[0], gates: 0..<4, in: &graph))
            let admitted = try gateActivation.append(to: &graph, graph.gate(0, of: sums, units: units))
            let kept = try gateActivation.append(to: &graph, graph.gate(1, of: sums, units: units))
            let candidate = try activation.append(to: &graph, graph.gate(2, of: sums, units: units))
            let shown = try gateActivation.append(to: &graph, graph.gate(3, of: sums, units: units))
            let cell = try graph.add(graph.multiply(kept, states[1]), graph.multiply(admitted, candidate))
            gates.append([admitted, kept, candidate, shown])
            return [try graph.multiply(shown, activation.append(to: &graph, cell)), cell]
        }
        return RecurrentSteps(states: states, gates: .steps(gates))
    }
}

/// The first bias of an LSTM with `unit_forget_bias`: ones for the forget gate, what the layer says for the others.
struct ForgetBiasInitializer: InitializerKind {
    static let names = ["UnitForgetBias"]

    private let others: Initializer

    init(others: Initializer) { self.others = others }

    init(reading arguments: inout ObjectReader) { others = .zeros }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        let units = shape.volume / 4
        let first = others.tensor([units], from: &generator).values
        let rest = others.tensor([2 * units], from: &generator).values
        return Tensor(shape, first + [Float](repeating: 1, count: units) + rest)
    }
}
