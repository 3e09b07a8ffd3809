extension ForwardPass {
    /// What dropout multiplies by while training: `1 / (1 − rate)` where a number is kept, 0 elsewhere.
    ///
    /// Nil where nothing is dropped: at a rate of 0, and where the network only answers.
    mutating func dropoutFactors(_ shape: Shape, rate: Double) throws(ShapeError) -> Value? {
        guard rate > 0, let random = try randomUniform(shape) else { return nil }
        guard rate < 1 else { return try graph.constant(0, shape: shape) }
        // 1 − [rate − u > 0] is 1 where u ≥ rate, which happens with the probability 1 − rate.
        let dropped = try graph.positive(graph.offset(graph.negate(random), by: Float(rate)))
        let kept = try graph.offset(graph.negate(dropped), by: 1)
        return try graph.scale(kept, by: Float(1 / (1 - rate)))
    }

    /// A value after dropout, all numbers along the shared axes kept or dropped together.
    mutating func dropped(_ input: Value, rate: Double, sharedAxes: [Int] = []) throws(ShapeError) -> Value {
        let shape = graph.shape(of: input)
        let drawn = Shape(shape.extents.indices.map { sharedAxes.contains($0) ? 1 : shape[$0] })
        guard let factors = try dropoutFactors(drawn, rate: rate) else { return input }
        return try graph.multiply(input, graph.broadcast(factors, to: shape))
    }
}
