/// The sum of two tensors of one shape.
public struct Addition: BinaryElementwise {
    /// The name in messages.
    public var name: String { "add" }

    package init() {}

    func value(_ a: Float, _ b: Float) -> Float { a + b }

    /// Forward mode: see `SingleResultPrimitive`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        try graph.sum(of: tangents)
    }

    /// Reverse mode: see `SingleResultPrimitive`.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [cotangent, cotangent]
    }
}

extension Graph {
    /// The sum, number by number.
    public mutating func add(_ a: Value, _ b: Value) throws(ShapeError) -> Value { try append(Addition(), a, b) }
}
