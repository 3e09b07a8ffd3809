/// The difference of two tensors of one shape.
public struct Subtraction: BinaryElementwise {
    /// The name in messages.
    public var name: String { "subtract" }

    package init() {}

    func value(_ a: Float, _ b: Float) -> Float { a - b }

    /// Forward mode: see `SingleResultPrimitive`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        switch (tangents[0], tangents[1]) {
        case (let first?, let second?): try graph.subtract(first, second)
        case (let first?, nil): first
        case (nil, let second?): try graph.negate(second)
        case (nil, nil): nil
        }
    }

    /// Reverse mode: see `SingleResultPrimitive`.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [cotangent, try graph.negate(cotangent)]
    }
}

extension Graph {
    /// The difference, number by number.
    public mutating func subtract(_ a: Value, _ b: Value) throws(ShapeError) -> Value {
        try append(Subtraction(), a, b)
    }
}
