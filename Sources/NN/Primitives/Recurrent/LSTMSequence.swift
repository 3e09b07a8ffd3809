/// A long short-term memory over a sequence, time-major: all steps in one kernel.
///
/// Operands: projected inputs `x = W·input + b` `[T, N, 4H]` in the gate order i, f, c, o; the initial state `[N, H]`;
/// the initial memory cell `[N, H]`; the recurrent kernel `U` `[H, 4H]`. Results: the states `[T + 1, N, H]` and the
/// memory cells `[T + 1, N, H]`, the initial ones first; and the gates `i, f, c̃, o` `[T, N, 4H]`.
///
///     i = σ(x_i + h·U_i)   f = σ(x_f + h·U_f)   c̃ = tanh(x_c + h·U_c)   o = σ(x_o + h·U_o)
///     c′ = f ∘ c + i ∘ c̃   h′ = o ∘ tanh(c′)
///
/// T steps, N batch, H units. Source: Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; the
/// gate order is Keras's.
public struct LSTMSequence: CompositePrimitive, BFloat16Taking {
    /// The name in messages.
    public var name: String { "lstm" }

    package init() {}

    /// The shapes of states, memory cells and gates.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        let (x, state, cell, kernel) = (operands[0], operands[1], operands[2], operands[3])
        guard state.rank == 2, cell == state, x.rank == 3, x[1] == state[0], x[2] == 4 * state[1] else {
            throw ShapeError(name, "inputs \(x), state \(state), cell \(cell): needs [T, N, 4H], [N, H] and [N, H]")
        }
        let units = state[1]
        guard kernel == [units, 4 * units] else {
            throw ShapeError(name, "the recurrent kernel is \(kernel), it must be [\(units), \(4 * units)]")
        }
        let states: Shape = [x[0] + 1, x[1], units]
        return [states, states, x]
    }

    /// The same, step by step.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let shape = graph.shape(of: operands[0])
        let (steps, batch, units) = (shape[0], shape[1], shape[2] / 4)
        var (state, cell) = (operands[1], operands[2])
        var (states, cells, gates): ([Value], [Value], [Value]) = ([state], [cell], [])
        for step in 0..<steps {
            let x = try graph.reshape(graph.slice(operands[0], axis: 0, step..<step + 1), to: [batch, 4 * units])
            let all = try graph.add(x, graph.matmul(state, operands[3]))
            let inputForget = try graph.sigmoid(graph.slice(all, axis: 1, 0..<2 * units))
            let candidate = try graph.tanh(graph.slice(all, axis: 1, 2 * units..<3 * units))
            let output = try graph.sigmoid(graph.slice(all, axis: 1, 3 * units..<4 * units))
            let kept = try graph.multiply(graph.slice(inputForget, axis: 1, units..<2 * units), cell)
            let added = try graph.multiply(graph.slice(inputForget, axis: 1, 0..<units), candidate)
            cell = try graph.add(kept, added)
            state = try graph.multiply(output, graph.tanh(cell))
            states.append(state)
            cells.append(cell)
            gates.append(try graph.concatenate([inputForget, candidate, output], axis: 1))
        }
        return [
            try graph.stack(states, each: [batch, units]),
            try graph.stack(cells, each: [batch, units]),
            try graph.stack(gates, each: [batch, 4 * units]),
        ]
    }

    /// Reverse mode: one kernel backwards through time, then one product for all weight gradients.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        guard cotangents[2] == nil else { return try vjpByExpansion(call, cotangents: cotangents, in: &graph) }
        let (states, cells, gates) = (call.results[0], call.results[1], call.results[2])
        let shape = graph.shape(of: states)
        let (steps, rows, units) = (shape[0] - 1, (shape[0] - 1) * shape[1], shape[2])
        var arriving: [Value] = []
        for cotangent in cotangents[..<2] {
            if let cotangent {
                arriving.append(cotangent)
            } else {
                arriving.append(try graph.constant(0, shape: shape))
            }
        }
        let gradients = try graph.append(
            LSTMSequenceGradient(),
            to: [cells, gates, call.operands[3], arriving[0], arriving[1]]
        )
        let before = try graph.reshape(graph.slice(states, axis: 0, 0..<steps), to: [rows, units])
        let projected = try graph.reshape(gradients[0], to: [rows, 4 * units])
        let kernel = try graph.matmul(before, projected, transposingLeft: true)
        return [gradients[0], gradients[1], gradients[2], kernel]
    }

    /// A product and a loop over the gates for each step.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try LSTMKernels(signature.operands[0], .float32).forward())
    }

    /// The same, with operands of the products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try LSTMKernels(signature.operands[0], .mixedBFloat16).forward()
    }
}

extension Graph {
    /// A long short-term memory over projected inputs `[T, N, 4H]`: all states and memory cells, the initial ones first.
    ///
    /// - Parameters:
    ///   - projected: The inputs times the kernel, plus the bias, in the gate order i, f, c, o.
    ///   - state: The initial state `[N, H]`.
    ///   - cell: The initial memory cell `[N, H]`.
    ///   - recurrentKernel: `[H, 4H]`.
    /// - Returns: The states and the memory cells, each `[T + 1, N, H]`.
    /// - Throws: `ShapeError` where the shapes don't fit together.
    public mutating func lstm(
        _ projected: Value,
        _ state: Value,
        _ cell: Value,
        _ recurrentKernel: Value
    ) throws(ShapeError) -> (states: Value, cells: Value) {
        let results = try append(LSTMSequence(), to: [projected, state, cell, recurrentKernel])
        return (results[0], results[1])
    }
}
