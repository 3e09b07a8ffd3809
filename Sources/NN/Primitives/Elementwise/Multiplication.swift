/// The product of two tensors of one shape, number by number.
public struct Multiplication: BinaryElementwise {
    /// The name in messages.
    public var name: String { "multiply" }

    package init() {}

    func value(_ a: Float, _ b: Float) -> Float { a * b }

    /// Forward mode: see `SingleResultPrimitive`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        var terms: [Value?] = []
        if let first = tangents[0] { terms.append(try graph.multiply(first, operands[1])) }
        if let second = tangents[1] { terms.append(try graph.multiply(operands[0], second)) }
        return try graph.sum(of: terms)
    }

    /// Reverse mode: see `SingleResultPrimitive`.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [
            try graph.multiply(cotangent, operands[1]),
            try graph.multiply(cotangent, operands[0]),
        ]
    }
}

extension Graph {
    /// The product, number by number.
    public mutating func multiply(_ a: Value, _ b: Value) throws(ShapeError) -> Value {
        try append(Multiplication(), a, b)
    }
}
