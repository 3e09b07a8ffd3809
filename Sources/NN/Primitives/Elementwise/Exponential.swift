/// The exponential: `eˣ`; its derivative is itself.
public struct Exponential: UnaryElementwise {
    /// The name in messages.
    public var name: String { "exp" }

    package init() {}

    func value(_ x: Float) -> Float { VectorMath.exp(x) }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.multiply(outer, result)
    }
}

extension Graph {
    /// Each number's exponential.
    public mutating func exp(_ x: Value) throws(ShapeError) -> Value { try append(Exponential(), x) }
}
