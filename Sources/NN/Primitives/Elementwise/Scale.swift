/// Every number times one constant.
public struct Scale: UnaryElementwise {
    /// The constant that numbers are multiplied by.
    public let factor: Float
    /// The name in messages.
    public var name: String { "scale" }

    package init(factor: Float) {
        self.factor = factor
    }

    func value(_ x: Float) -> Float { x * factor }

    func chain(_ outer: Value, operand: Value, result: Value, in graph: inout Graph) throws(ShapeError) -> Value? {
        try graph.scale(outer, by: factor)
    }
}

extension Graph {
    /// Each number times a constant.
    public mutating func scale(_ x: Value, by factor: Float) throws(ShapeError) -> Value {
        try append(Scale(factor: factor), x)
    }
}
