/// Every number plus one constant.
public struct Offset: UnaryElementwise {
    /// The constant that is added.
    public let amount: Float
    /// The name in messages.
    public var name: String { "offset" }

    package init(amount: Float) {
        self.amount = amount
    }

    func value(_ x: Float) -> Float { x + amount }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        outer
    }
}

extension Graph {
    /// Each number plus a constant.
    public mutating func offset(_ x: Value, by amount: Float) throws(ShapeError) -> Value {
        try append(Offset(amount: amount), x)
    }
}
