/// The gradient of `GRUSequence`, backwards through time in one kernel.
///
/// Operands: its three results, the recurrent kernel, and the cotangent of the states. Results: the cotangents of the
/// projected inputs `[T, N, 3H]`, of the initial state `[N, H]`, and of the recurrent products `[T, N, 3H]`, from which
/// the caller gets the gradients of recurrent kernel and bias for all steps at once.
public struct GRUSequenceGradient: CompositePrimitive, BFloat16Taking {
    /// Whether the reset gate is applied after the recurrent product.
    public let resetsAfter: Bool
    /// The name in messages.
    public var name: String { "gruGradient" }

    package init(resetsAfter: Bool) {
        self.resetsAfter = resetsAfter
    }

    /// The shapes of the three cotangents.
    public func shapes(of operands: [Shape]) throws(ShapeError) -> [Shape] {
        let (states, gates) = (operands[0], operands[1])
        guard states.rank == 3, operands[4] == states, gates == [states[0] - 1, states[1], 3 * states[2]] else {
            throw ShapeError(
                name,
                "states \(states), gates \(gates) and cotangent \(operands[4]) don't belong together"
            )
        }
        return [gates, [states[1], states[2]], gates]
    }

    /// The same, step by step.
    public func expand(_ operands: [Value], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let (states, gates, inners, kernel, cotangent) = (
            operands[0], operands[1], operands[2], operands[3], operands[4]
        )
        let shape = graph.shape(of: states)
        let (steps, batch, units) = (shape[0] - 1, shape[1], shape[2])
        func part(_ value: Value, _ step: Int, _ graph: inout Graph) throws(ShapeError) -> Value {
            let width = graph.shape(of: value).last
            return try graph.reshape(graph.slice(value, axis: 0, step..<step + 1), to: [batch, width])
        }
        func columns(_ value: Value, _ gate: Int, _ graph: inout Graph) throws(ShapeError) -> Value {
            try graph.slice(value, axis: 1, gate * units..<(gate + 1) * units)
        }
        var flowing = try part(cotangent, steps, &graph)
        var (projected, recurrent): ([Value], [Value]) = ([], [])
        for step in (0..<steps).reversed() {
            let (state, all) = (try part(states, step, &graph), try part(gates, step, &graph))
            let inner = try part(inners, step, &graph)
            let update = try columns(all, 0, &graph)
            let reset = try columns(all, 1, &graph)
            let candidate = try columns(all, 2, &graph)
            let byUpdate = try graph.multiply(flowing, graph.subtract(state, candidate))
            let byCandidate = try graph.multiply(flowing, graph.offset(graph.negate(update), by: 1))
            let update0 = try graph.logisticSlope(byUpdate, at: update)
            let candidate0 = try graph.subtract(
                byCandidate,
                graph.multiply(byCandidate, graph.multiply(candidate, candidate))
            )
            var before = try graph.add(graph.multiply(flowing, update), part(cotangent, step, &graph))
            if resetsAfter {
                let reset0 = try graph.logisticSlope(graph.multiply(candidate0, inner), at: reset)
                let inner0 = try graph.multiply(candidate0, reset)
                let product = try graph.concatenate([update0, reset0, inner0], axis: 1)
                before = try graph.add(before, graph.matmul(product, kernel, transposingRight: true))
                projected.append(try graph.concatenate([update0, reset0, candidate0], axis: 1))
                recurrent.append(product)
            } else {
                let candidateKernel = try graph.slice(kernel, axis: 1, 2 * units..<3 * units)
                let byInner = try graph.matmul(candidate0, candidateKernel, transposingRight: true)
                let reset0 = try graph.logisticSlope(graph.multiply(byInner, state), at: reset)
                let gatePair = try graph.concatenate([update0, reset0], axis: 1)
                let gateKernel = try graph.slice(kernel, axis: 1, 0..<2 * units)
                before = try graph.add(before, graph.multiply(byInner, reset))
                before = try graph.add(before, graph.matmul(gatePair, gateKernel, transposingRight: true))
                projected.append(try graph.concatenate([gatePair, candidate0], axis: 1))
                recurrent.append(projected[projected.count - 1])
            }
            flowing = before
        }
        return [
            try graph.stack(projected.reversed(), each: [batch, 3 * units]),
            flowing,
            try graph.stack(recurrent.reversed(), each: [batch, 3 * units]),
        ]
    }

    /// A loop over the gates and a product for each step, the last step first.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        .kernel(try GRUKernels(signature.operands[1], resetsAfter: resetsAfter, .float32).backward())
    }

    /// The same, with operands of the products in bfloat16.
    func bfloat16Kernel(for signature: Signature) throws(KernelError) -> Kernel? {
        try GRUKernels(signature.operands[1], resetsAfter: resetsAfter, .mixedBFloat16).backward()
    }
}

extension Graph {
    /// A cotangent through the logistic function, from the function's value: `ȳ·y·(1 - y)`.
    mutating func logisticSlope(_ cotangent: Value, at value: Value) throws(ShapeError) -> Value {
        let product = try multiply(cotangent, value)
        return try subtract(product, multiply(product, value))
    }
}
