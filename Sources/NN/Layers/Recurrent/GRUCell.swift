/// The recurrence of a gated recurrent unit: the states that follow from projected inputs; `GRULayer` has the formulas.
struct GRUCell {
    /// U, `[H, 3H]`.
    let recurrentKernel: Value
    /// c, `[3H]`, with `resetAfter` only.
    let recurrentBias: Value?
    /// Whether the reset gate is applied after the product with U.
    let resetAfter: Bool
    /// The function of the new state, tanh as a rule.
    let activation: ActivationKind
    /// The function of both gates, the sigmoid as a rule.
    let gateActivation: ActivationKind

    /// All states `[T + 1, N, H]`, the initial one first, over projected inputs `[T, N, 3H]`.
    func states(from initial: Value, over projected: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        if activation == .tanh, gateActivation == .sigmoid {
            return try graph.gru(projected, initial, recurrentKernel, recurrentBias, resetAfter: resetAfter)
        }
        let shape = graph.shape(of: projected)
        var states = [initial]
        for step in 0..<shape[0] {
            let slice = try graph.slice(projected, axis: 0, step..<step + 1)
            let input = try graph.reshape(slice, to: [shape[1], shape[2]])
            states.append(try next(after: states[step], input: input, in: &graph))
        }
        let stateShape = graph.shape(of: initial)
        var rows: [Value] = []
        for state in states { rows.append(try graph.reshape(state, to: stateShape.batched(1))) }
        return try graph.concatenate(rows, axis: 0)
    }

    /// One step, of any activation functions: the state `[N, H]` after a projected input `[N, 3H]`.
    private func next(after state: Value, input: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let units = graph.shape(of: state)[1]
        let gateKernel = resetAfter ? recurrentKernel : try graph.slice(recurrentKernel, axis: 1, 0..<2 * units)
        var recurrent = try graph.matmul(state, gateKernel)
        if let recurrentBias {
            recurrent = try graph.add(recurrent, graph.broadcast(recurrentBias, to: graph.shape(of: recurrent)))
        }
        let update = try gate(0, units: units, input, recurrent, in: &graph)
        let reset = try gate(1, units: units, input, recurrent, in: &graph)
        let candidateInput = try part(2, of: input, units: units, in: &graph)
        let candidateRecurrent: Value
        if resetAfter {
            candidateRecurrent = try graph.multiply(reset, part(2, of: recurrent, units: units, in: &graph))
        } else {
            let kernel = try part(2, of: recurrentKernel, units: units, in: &graph)
            candidateRecurrent = try graph.matmul(graph.multiply(reset, state), kernel)
        }
        let candidate = try activation.append(to: &graph, graph.add(candidateInput, candidateRecurrent))
        let kept = try graph.multiply(update, state)
        let taken = try graph.multiply(graph.offset(graph.negate(update), by: 1), candidate)
        return try graph.add(kept, taken)
    }

    private func gate(
        _ index: Int,
        units: Int,
        _ input: Value,
        _ recurrent: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        let ofInput = try part(index, of: input, units: units, in: &graph)
        let ofState = try part(index, of: recurrent, units: units, in: &graph)
        let sum = try graph.add(ofInput, ofState)
        return try gateActivation.append(to: &graph, sum)
    }

    /// One gate's columns.
    private func part(
        _ index: Int,
        of value: Value,
        units: Int,
        in graph: inout Graph
    ) throws(ShapeError) -> Value {
        try graph.slice(value, axis: 1, index * units..<(index + 1) * units)
    }
}
