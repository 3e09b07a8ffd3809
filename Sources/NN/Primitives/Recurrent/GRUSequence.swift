/// A gated recurrent unit over a sequence, time-major: all steps in one kernel.
///
/// Operands: projected inputs `x = W·input + b` `[T, N, 3H]` in the gate order z, r, h; the initial state `[N, H]`; the
/// recurrent kernel `U` `[H, 3H]`; with `resetsAfter` the recurrent bias `c` `[3H]`. Results: the states
/// `[T + 1, N, H]`, the initial one first; the gates `z, r, ĥ` `[T, N, 3H]`; and `[T, N, H]` what the reset gate
/// touches, which the gradient needs.
///
///     z = σ(x_z + h·U_z + c_z)    r = σ(x_r + h·U_r + c_r)
///     ĥ = tanh(x_h + r ∘ (h·U_h + c_h))     with resetsAfter, the last factor being the third result
///     ĥ = tanh(x_h + (r ∘ h)·U_h)           without, r ∘ h being the third result
///     h′ = z ∘ h + (1 - z) ∘ ĥ
///
/// T steps, N batch, H units. Source: Cho et al. 2014, arXiv:1406.1078; the gate order and both variants are Keras's.
public struct GRUSequence: CompositePrimitive, BFloat16Taking {
    /// Whether the reset gate is applied after the recurrent product, Keras's `reset_after`.
    public let resetsAfter: Bool
    /// The name in messages.
    public var name: String { "gru" }

    package init(resetsAfter: Bool) {
        self.resetsAfter = resetsAfter
    }

    /// The shapes of states, gates and reset products.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        let (x, state, kernel) = (operands[0], operands[1], operands[2])
        guard state.rank == 2, x.rank == 3, x[1] == state[0], x[2] == 3 * state[1] else {
            throw ShapeError(name, "inputs \(x) and state \(state): needs [T, N, 3H] and [N, H]")
        }
        let units = state[1]
        guard kernel == [units, 3 * units] else {
            throw ShapeError(name, "the recurrent kernel is \(kernel), it must be [\(units), \(3 * units)]")
        }
        guard operands.count == (resetsAfter ? 4 : 3), !resetsAfter || operands[3] == [3 * units] else {
            throw ShapeError(name, "the recurrent bias must be [\(3 * units)] with reset after, absent without")
        }
        return [[x[0] + 1, x[1], units], x, [x[0], x[1], units]]
    }

    /// The same, step by step.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let (inputs, kernel) = (operands[0], operands[2])
        let shape = graph.shape(of: inputs)
        let (steps, batch, units) = (shape[0], shape[1], shape[2] / 3)
        var state = operands[1]
        var (states, gates, inners): ([Value], [Value], [Value]) = ([state], [], [])
        for step in 0..<steps {
            let x = try graph.reshape(graph.slice(inputs, axis: 0, step..<step + 1), to: [batch, 3 * units])
            let xGates = try graph.slice(x, axis: 1, 0..<2 * units)
            let xCandidate = try graph.slice(x, axis: 1, 2 * units..<3 * units)
            let gatePair: Value
            let inner: Value
            let candidate: Value
            if resetsAfter {
                let bias = try graph.broadcast(operands[3], to: [batch, 3 * units])
                let recurrent = try graph.add(graph.matmul(state, kernel), bias)
                gatePair = try graph.sigmoid(graph.add(xGates, graph.slice(recurrent, axis: 1, 0..<2 * units)))
                inner = try graph.slice(recurrent, axis: 1, 2 * units..<3 * units)
                let reset = try graph.slice(gatePair, axis: 1, units..<2 * units)
                candidate = try graph.tanh(graph.add(xCandidate, graph.multiply(reset, inner)))
            } else {
                let gateKernel = try graph.slice(kernel, axis: 1, 0..<2 * units)
                let candidateKernel = try graph.slice(kernel, axis: 1, 2 * units..<3 * units)
                gatePair = try graph.sigmoid(graph.add(xGates, graph.matmul(state, gateKernel)))
                inner = try graph.multiply(graph.slice(gatePair, axis: 1, units..<2 * units), state)
                candidate = try graph.tanh(graph.add(xCandidate, graph.matmul(inner, candidateKernel)))
            }
            let update = try graph.slice(gatePair, axis: 1, 0..<units)
            // h′ = ĥ + z ∘ (h - ĥ)
            state = try graph.add(candidate, graph.multiply(update, graph.subtract(state, candidate)))
            states.append(state)
            gates.append(try graph.concatenate([gatePair, candidate], axis: 1))
            inners.append(inner)
        }
        return [
            try graph.stack(states, each: [batch, units]),
            try graph.stack(gates, each: [batch, 3 * units]),
            try graph.stack(inners, each: [batch, units]),
        ]
    }

    /// Reverse mode: one kernel backwards through time, then one product for all weight gradients.
    public func vjp(_ call: Call, cotangents: [Value?], in graph: inout Graph) throws(ShapeError) -> [Value?] {
        guard let cotangent = cotangents[0], cotangents[1] == nil, cotangents[2] == nil else {
            return try vjpByExpansion(call, cotangents: cotangents, in: &graph)
        }
        let (states, gates, inner) = (call.results[0], call.results[1], call.results[2])
        let shape = graph.shape(of: gates)
        let (steps, rows, units) = (shape[0], shape[0] * shape[1], shape[2] / 3)
        let gradients = try graph.append(
            GRUSequenceGradient(resetsAfter: resetsAfter),
            to: [states, gates, inner, call.operands[2], cotangent]
        )
        let recurrent = try graph.reshape(gradients[2], to: [rows, 3 * units])
        let before = try graph.reshape(graph.slice(states, axis: 0, 0..<steps), to: [rows, units])
        guard resetsAfter else {
            let gatePart = try graph.slice(recurrent, axis: 1, 0..<2 * units)
            let candidatePart = try graph.slice(recurrent, axis: 1, 2 * units..<3 * units)
            let reset = try graph.reshape(inner, to: [rows, units])
            let kernel = try graph.concatenate(
                [
                    graph.matmul(before, gatePart, transposingLeft: true),
                    graph.matmul(reset, candidatePart, transposingLeft: true),
                ],
                axis: 1
            )
            return [gradients[0], gradients[1], kernel]
        }
        let kernel = try graph.matmul(before, recurrent, transposingLeft: true)
        return [gradients[0], gradients[1], kernel, try graph.sum(recurrent, axes: [0])]
    }

    /// A product and a loop over the gates for each step.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try GRUKernels(signature.operands[0], resetsAfter: resetsAfter, .float32).forward())
    }

    /// The same, with operands of the products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try GRUKernels(signature.operands[0], resetsAfter: resetsAfter, .mixedBFloat16).forward()
    }
}

extension Graph {
    /// A gated recurrent unit over projected inputs `[T, N, 3H]`: all states `[T + 1, N, H]`, the initial one first.
    ///
    /// - Parameters:
    ///   - projected: The inputs times the kernel, plus the bias, in the gate order z, r, h.
    ///   - state: The initial state `[N, H]`.
    ///   - recurrentKernel: `[H, 3H]`.
    ///   - recurrentBias: `[3H]` where the reset gate comes after the product; zeros where nil.
    ///   - resetAfter: Keras's `reset_after`.
    /// - Returns: All states, time-major.
    /// - Throws: `ShapeError` where the shapes don't fit together.
    public mutating func gru(
        _ projected: Value,
        _ state: Value,
        _ recurrentKernel: Value,
        _ recurrentBias: Value?,
        resetAfter: Bool
    ) throws(ShapeError) -> Value {
        var operands = [projected, state, recurrentKernel]
        if resetAfter {
            let width = shape(of: recurrentKernel).last
            if let recurrentBias {
                operands.append(recurrentBias)
            } else {
                operands.append(try constant(0, shape: [width]))
            }
        }
        return try append(GRUSequence(resetsAfter: resetAfter), to: operands)[0]
    }

    /// Values of one shape along a new first axis.
    mutating func stack(_ values: [Value], each shape: Shape) throws(ShapeError) -> Value {
        var rows: [Value] = []
        for value in values { rows.append(try reshape(value, to: shape.batched(1))) }
        return try concatenate(rows, axis: 0)
    }
}
