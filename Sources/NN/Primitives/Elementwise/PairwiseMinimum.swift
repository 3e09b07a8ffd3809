/// The smaller of two numbers; where they are equal, the derivative goes to the second.
public struct PairwiseMinimum: BinaryElementwise {
    /// The name in messages.
    public var name: String { "minimum" }

    package init() {}

    func value(_ a: Float, _ b: Float) -> Float { a < b ? a : b }

    /// Forward mode: see `SingleResultPrimitive`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        let first = try graph.positive(graph.subtract(operands[1], operands[0]))
        let second = try graph.offset(graph.negate(first), by: 1)
        var terms: [Value?] = []
        if let tangent = tangents[0] { terms.append(try graph.multiply(tangent, first)) }
        if let tangent = tangents[1] { terms.append(try graph.multiply(tangent, second)) }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: see `SingleResultPrimitive`.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let first = try graph.positive(graph.subtract(operands[1], operands[0]))
        let share = try graph.multiply(cotangent, first)
        return [share, try graph.subtract(cotangent, share)]
    }
}

extension Graph {
    /// The smaller of each two numbers.
    public mutating func minimum(_ a: Value, _ b: Value) throws(ShapeError) -> Value {
        try append(PairwiseMinimum(), a, b)
    }
}
