/// The square root: `√x`, with derivative `1/(2√x)`.
public struct SquareRoot: UnaryElementwise {
    /// The name in messages.
    public var name: String { "sqrt" }

    package init() {}

    func value(_ x: Float) -> Float { x.squareRoot() }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.divide(graph.scale(outer, by: 0.5), result)
    }
}

extension Graph {
    /// Each number's square root.
    public mutating func sqrt(_ x: Value) throws(ShapeError) -> Value { try append(SquareRoot(), x) }
}
