/// The recurrent weights of a layer, with what dropout keeps of the state that they are multiplied with.
struct RecurrentWeights {
    /// U, `[H, G·H]`.
    let kernel: Value
    /// What is added to the products with U, `[G·H]`; nil for nothing.
    let bias: Value?
    /// For each gate the factors of the state, `[N, H]`; none where nothing is left out.
    let keeping: [Value]

    /// Whether the products with U take the state as it is.
    var keepsAll: Bool { keeping.isEmpty }

    /// The state as a gate sees it.
    func seen(_ state: Value, by gate: Int, in graph: inout Graph) throws(ShapeError) -> Value {
        keepsAll ? state : try graph.multiply(state, keeping[gate])
    }

    /// The products of a state `[N, H]` with the columns of some gates, plus their bias.
    func product(_ state: Value, gates: Range<Int>, in graph: inout Graph) throws(ShapeError) -> Value {
        let units = graph.shape(of: kernel)[0]
        if keepsAll {
            let columns = gates.lowerBound * units..<gates.upperBound * units
            let product = try graph.matmul(state, graph.slice(kernel, axis: 1, columns))
            guard let bias else { return product }
            let part = try graph.slice(bias, axis: 0, columns)
            return try graph.add(product, graph.broadcast(part, to: graph.shape(of: product)))
        }
        var parts: [Value] = []
        for gate in gates {
            let columns = gate * units..<(gate + 1) * units
            let seen = try seen(state, by: gate, in: &graph)
            var part = try graph.matmul(seen, graph.slice(kernel, axis: 1, columns))
            if let bias {
                let own = try graph.slice(bias, axis: 0, columns)
                part = try graph.add(part, graph.broadcast(own, to: graph.shape(of: part)))
            }
            parts.append(part)
        }
        return try graph.concatenate(parts, axis: 1)
    }
}

extension Graph {
    /// All states of a recurrence that is appended step by step, each `[T + 1, N, H]` with the initial one first.
    ///
    /// - Parameters:
    ///   - initial: The initial states, each `[N, H]`.
    ///   - projected: The inputs of all steps, `[T, N, W]`.
    ///   - next: Appends the states that follow from states and the input `[N, W]` of one step.
    /// - Returns: The states, in the order of the initial ones.
    /// - Throws: What `next` throws.
    mutating func unroll(
        from initial: [Value],
        over projected: Value,
        _ next: (inout Graph, [Value], Value) throws(ShapeError) -> [Value]
    ) throws(ShapeError) -> [Value] {
        let shape = shape(of: projected)
        var states = [initial]
        for step in 0..<shape[0] {
            let row = try slice(projected, axis: 0, step..<step + 1)
            let input = try reshape(row, to: [shape[1], shape[2]])
            states.append(try next(&self, states[step], input))
        }
        var results: [Value] = []
        for index in initial.indices {
            results.append(try stack(states.map { $0[index] }, each: self.shape(of: initial[index])))
        }
        return results
    }

    /// One gate's columns of `[N, G·H]`.
    mutating func gate(_ index: Int, of value: Value, units: Int) throws(ShapeError) -> Value {
        try slice(value, axis: 1, index * units..<(index + 1) * units)
    }
}
