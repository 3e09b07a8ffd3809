/// Whether a number is above zero: 1 or 0.
///
/// Its derivative is zero.
public struct Positive: UnaryElementwise {
    /// The name in messages.
    public var name: String { "positive" }

    package init() {}

    func value(_ x: Float) -> Float { x > 0 ? 1 : 0 }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        nil
    }
}

extension Graph {
    /// 1 where a number is above zero, 0 elsewhere.
    public mutating func positive(_ x: Value) throws(ShapeError) -> Value { try append(Positive(), x) }
}
