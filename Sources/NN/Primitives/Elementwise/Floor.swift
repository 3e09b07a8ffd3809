/// The greatest whole number that isn't above a number.
///
/// Its derivative is zero.
public struct Floor: UnaryElementwise {
    /// The name in messages.
    public var name: String { "floor" }

    package init() {}

    func value(_ x: Float) -> Float { x.rounded(.down) }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        nil
    }
}

extension Graph {
    /// The greatest whole number that isn't above each number.
    public mutating func floor(_ x: Value) throws(ShapeError) -> Value { try append(Floor(), x) }
}
