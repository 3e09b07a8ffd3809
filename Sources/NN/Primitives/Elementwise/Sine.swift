import Glibc

/// The sine: `sin x`, with derivative `cos x`; x in radians.
public struct Sine: UnaryElementwise {
    /// The name in messages.
    public var name: String { "sin" }

    package init() {}

    func value(_ x: Float) -> Float { Glibc.sin(x) }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.multiply(outer, graph.cos(operand))
    }
}

extension Graph {
    /// Each number's sine.
    public mutating func sin(_ x: Value) throws(ShapeError) -> Value { try append(Sine(), x) }
}
