/// A number that counts as a constant when derivatives are taken, whatever it was computed from.
public struct StopGradient: UnaryElementwise {
    /// The name in messages.
    public var name: String { "stopGradient" }

    package init() {}

    func value(_ x: Float) -> Float { x }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        nil
    }
}

extension Graph {
    /// The same numbers, through which no gradient goes.
    public mutating func stopGradient(_ x: Value) throws(ShapeError) -> Value { try append(StopGradient(), x) }
}
