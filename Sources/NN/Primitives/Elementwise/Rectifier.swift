/// The rectifier: `max(x, 0)`; its derivative at 0 is taken as 0, as Keras and PyTorch do.
public struct Rectifier: UnaryElementwise {
    /// The name in messages.
    public var name: String { "relu" }

    package init() {}

    func value(_ x: Float) -> Float { x < 0 ? 0 : x }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.multiply(outer, graph.positive(result))
    }
}

extension Graph {
    /// Each number, zero where it is negative; NaN stays NaN.
    public mutating func relu(_ x: Value) throws(ShapeError) -> Value { try append(Rectifier(), x) }
}
