/// The number with the other sign: `-x`.
public struct Negation: UnaryElementwise {
    /// The name in messages.
    public var name: String { "negate" }

    package init() {}

    func value(_ x: Float) -> Float { -x }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.negate(outer)
    }
}

extension Graph {
    /// Each number with the other sign.
    public mutating func negate(_ x: Value) throws(ShapeError) -> Value { try append(Negation(), x) }
}
