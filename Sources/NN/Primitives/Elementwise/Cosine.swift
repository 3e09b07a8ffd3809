import Glibc

/// The cosine: `cos x`, with derivative `−sin x`; x in radians.
public struct Cosine: UnaryElementwise {
    /// The name in messages.
    public var name: String { "cos" }

    package init() {}

    func value(_ x: Float) -> Float { Glibc.cos(x) }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.negate(graph.multiply(outer, graph.sin(operand)))
    }
}

extension Graph {
    /// Each number's cosine.
    public mutating func cos(_ x: Value) throws(ShapeError) -> Value { try append(Cosine(), x) }
}
