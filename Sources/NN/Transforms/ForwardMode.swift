extension Graph {
    /// The Jacobian-vector products `Jv` of several values, by forward mode: one walk along the graph.
    ///
    /// - Parameters:
    ///   - results: The values that are differentiated.
    ///   - variables: What to differentiate by.
    ///   - tangents: The direction: one tangent a variable, of its shape; nil stands for zeros.
    /// - Returns: One product a result, of its shape; zeros where it doesn't depend on a varying variable.
    /// - Throws: `ShapeError` where a tangent has another shape than its variable.
    public mutating func jvp(
        of results: [Value],
        withRespectTo variables: [Value],
        tangents: [Value?]
    ) throws(ShapeError) -> [Value] {
        let products = try forward(results, variables, tangents, from: 0)
        var filled: [Value] = []
        for (result, product) in zip(results, products) {
            if let product {
                filled.append(product)
            } else {
                filled.append(try constant(0, shape: shape(of: result)))
            }
        }
        return filled
    }

    /// The Jacobian-vector products of any values, results and those on the way to them alike: one walk for all.
    ///
    /// - Parameters:
    ///   - values: The values of whose change is asked.
    ///   - variables: What to differentiate by.
    ///   - tangents: The direction: one tangent a variable, of its shape; nil stands for zeros.
    /// - Returns: One product a value, of its shape; nil where it doesn't depend on a varying variable.
    /// - Throws: `ShapeError` where a tangent has another shape than its variable.
    public mutating func jvp(
        collecting values: [Value],
        withRespectTo variables: [Value],
        tangents: [Value?]
    ) throws(ShapeError) -> [Value?] {
        try forward(values, variables, tangents, from: 0)
    }

    /// Walks forwards from the variables to the results over the nodes from `start` on.
    mutating func forward(
        _ results: [Value],
        _ variables: [Value],
        _ tangents: [Value?],
        from start: Int
    ) throws(ShapeError) -> [Value?] {
        let end = nodes.count
        var pushed: [Value: Value] = [:]
        for (variable, tangent) in zip(variables, tangents) {
            guard let tangent else { continue }
            guard shape(of: tangent) == shape(of: variable) else {
                throw ShapeError("jvp", "the tangent \(shape(of: tangent)) of a value \(shape(of: variable))")
            }
            pushed[variable] = tangent
        }
        let leaves = Set(variables)
        for index in start..<end {
            let call = call(of: index)
            let arriving = call.operands.map { pushed[$0] }
            guard arriving.contains(where: { $0 != nil }) else { continue }
            let products = try nodes[index].primitive.jvp(call, tangents: arriving, in: &self)
            // A variable keeps the tangent it was given, also when other nodes made it.
            for (result, product) in zip(call.results, products) where !leaves.contains(result) {
                pushed[result] = product
            }
        }
        return results.map { pushed[$0] }
    }
}
