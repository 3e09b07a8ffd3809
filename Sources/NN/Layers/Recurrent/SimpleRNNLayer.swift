import JSON

/// Keras's `SimpleRNN`: `h′ = activation(x·W + b + h·U)`.
///
/// Kernel W `[D, H]`, recurrent_kernel U `[H, H]`, bias `[H]`. Source: keras.io/api/layers/recurrent_layers/simple_rnn.
struct SimpleRNNLayer: RecurrentLayer {
    static let names = ["SimpleRNN"]
    static let gates = 1
    static let stateCount = 1

    var recurrence: RecurrentArguments

    init(reading arguments: inout ObjectReader, _ recurrence: RecurrentArguments) {
        self.recurrence = recurrence
    }

    private init(_ recurrence: RecurrentArguments) { self.recurrence = recurrence }

    /// The layer that stands in where there is a fault.
    static let standIn = SimpleRNNLayer(RecurrentArguments(units: 1))

    func write(to json: inout JSONWriter) { recurrence.write(to: &json) }

    var stepOperations: Int { units * (1 + (recurrence.useBias ? 1 : 0) + recurrence.stateActivation.operations) }

    static let gateNames: [String] = []
    static let stateNames = ["h"]

    var formula: String { "h[t] = \(recurrence.stateActivation.name)(x[t]·W + b + h[t−1]·U)" }

    func steps(
        from initial: [Value],
        over projected: Value,
        weights: RecurrentWeights,
        in graph: inout Graph
    ) throws(ShapeError) -> RecurrentSteps {
        if recurrence.stateActivation == .tanh, weights.keepsAll {
            let states = try graph.simpleRNN(projected, initial[0], weights.kernel)
            return RecurrentSteps(states: [states], gates: .none)
        }
        let states = try graph.unroll(from: initial, over: projected) { graph, states, input throws(ShapeError) in
            let product = try weights.product(states[0], gates: 0..<1, in: &graph)
            return [try recurrence.stateActivation.append(to: &graph, graph.add(input, product))]
        }
        return RecurrentSteps(states: states, gates: .none)
    }
}
