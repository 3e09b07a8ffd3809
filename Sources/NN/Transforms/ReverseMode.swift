extension Graph {
    /// The gradients of a scalar, by reverse mode: one backward walk gives them all.
    ///
    /// Each primitive's reverse rule appends the nodes that carry its result's cotangent to its operands; a value that
    /// is used several times collects the sum. What comes out is part of the graph, so it can be compiled with the
    /// forward pass and differentiated again.
    ///
    /// - Parameters:
    ///   - scalar: A value of volume 1.
    ///   - variables: What to differentiate by.
    /// - Returns: One gradient a variable, of its shape; zeros where the scalar doesn't depend on it.
    /// - Throws: `ShapeError` where the value isn't a scalar.
    public mutating func gradients(
        of scalar: Value,
        withRespectTo variables: [Value]
    ) throws(ShapeError) -> [Value] {
        guard shape(of: scalar).volume == 1 else {
            throw ShapeError("gradients", "the value is \(shape(of: scalar)); only a scalar has a gradient")
        }
        let seed = try constant(1, shape: shape(of: scalar))
        return try vjp(of: [scalar], cotangents: [seed], withRespectTo: variables)
    }

    /// The vector-Jacobian products `ȳᵀJ` of several values, by reverse mode.
    ///
    /// - Parameters:
    ///   - results: The values that are differentiated.
    ///   - cotangents: One cotangent a result, of its shape; nil stands for zeros.
    ///   - variables: What to differentiate by.
    /// - Returns: One product a variable, of its shape; zeros where no result depends on it.
    /// - Throws: `ShapeError` where a cotangent has another shape than its result.
    public mutating func vjp(
        of results: [Value],
        cotangents: [Value?],
        withRespectTo variables: [Value]
    ) throws(ShapeError) -> [Value] {
        try zeroing(reverse(results, cotangents, variables, from: 0), of: variables)
    }

    /// The vector-Jacobian products of several values by variables, and by values on the way to them: one walk for all.
    ///
    /// - Parameters:
    ///   - results: The values that are differentiated.
    ///   - cotangents: One cotangent a result, of its shape; nil stands for zeros.
    ///   - variables: Where the walk ends.
    ///   - collecting: Values through which it goes, of which it brings what they had collected.
    /// - Returns: One product a variable, and one a value on the way, each of its shape; nil where no result depends on it.
    /// - Throws: `ShapeError` where a cotangent has another shape than its result.
    public mutating func vjp(
        of results: [Value],
        cotangents: [Value?],
        withRespectTo variables: [Value],
        collecting: [Value]
    ) throws(ShapeError) -> (products: [Value?], collected: [Value?]) {
        let all = try reverse(results, cotangents, variables, collecting: collecting, from: 0)
        return (Array(all[..<variables.count]), Array(all[variables.count...]))
    }

    /// Products with zeros in place of those that aren't there.
    private mutating func zeroing(_ products: [Value?], of values: [Value]) throws(ShapeError) -> [Value] {
        var filled: [Value] = []
        for (value, product) in zip(values, products) {
            if let product {
                filled.append(product)
            } else {
                filled.append(try constant(0, shape: shape(of: value)))
            }
        }
        return filled
    }

    /// Walks backwards from the results to the variables over the nodes from `start` on.
    ///
    /// - Returns: What each variable, and then each value of `collecting`, has collected.
    mutating func reverse(
        _ results: [Value],
        _ cotangents: [Value?],
        _ variables: [Value],
        collecting: [Value] = [],
        from start: Int
    ) throws(ShapeError) -> [Value?] {
        let end = nodes.count
        var varies = Set(variables + collecting)
        for index in start..<end where nodes[index].operands.contains(where: varies.contains) {
            varies.formUnion(call(of: index).results)
        }
        var collected: [Value: Value] = [:]
        for (result, cotangent) in zip(results, cotangents) {
            guard let cotangent else { continue }
            guard shape(of: cotangent) == shape(of: result) else {
                throw ShapeError("vjp", "the cotangent \(shape(of: cotangent)) of a value \(shape(of: result))")
            }
            collected[result] = try sum(of: [collected[result], cotangent])
        }
        let leaves = Set(variables)
        for index in stride(from: end - 1, through: start, by: -1) {
            let call = call(of: index)
            // A variable is where the walk ends, also when other nodes made it.
            let arrived = call.results.map { leaves.contains($0) ? nil : collected[$0] }
            guard call.operands.contains(where: varies.contains), arrived.contains(where: { $0 != nil }) else {
                continue
            }
            let shares = try nodes[index].primitive.vjp(call, cotangents: arrived, in: &self)
            for (operand, share) in zip(call.operands, shares) {
                guard let share, varies.contains(operand) else { continue }
                collected[operand] = try sum(of: [collected[operand], share])
            }
        }
        return (variables + collecting).map { collected[$0] }
    }
}
