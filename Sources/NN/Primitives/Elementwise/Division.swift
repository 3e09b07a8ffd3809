/// The quotient of two tensors of one shape, number by number.
public struct Division: BinaryElementwise {
    /// The name in messages.
    public var name: String { "divide" }

    package init() {}

    func value(_ a: Float, _ b: Float) -> Float { a / b }

    /// Forward mode: see `SingleResultPrimitive`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        var terms: [Value?] = []
        if let first = tangents[0] { terms.append(try graph.divide(first, operands[1])) }
        if let second = tangents[1] {
            let share = try graph.divide(graph.multiply(result, second), operands[1])
            terms.append(try graph.negate(share))
        }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: see `SingleResultPrimitive`.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let first = try graph.divide(cotangent, operands[1])
        return [first, try graph.negate(graph.multiply(first, result))]
    }
}

extension Graph {
    /// The quotient, number by number.
    public mutating func divide(_ a: Value, _ b: Value) throws(ShapeError) -> Value { try append(Division(), a, b) }
}
