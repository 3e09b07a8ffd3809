/// Memory that the caller of a plan provides: data, labels, weights, random keys.
public struct Input: SingleResultPrimitive {
    /// What the caller calls it, as in `dense/kernel`.
    public let label: String
    /// The shape that the memory holds.
    public let shape: Shape
    /// The name in messages.
    public var name: String { "input(\(label))" }

    package init(label: String, shape: Shape) {
        self.label = label
        self.shape = shape
    }

    /// The shape that the memory holds.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape { shape }

    /// Never asked: an input has no operands that could vary.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? { nil }

    /// Nothing: an input has no operands.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] { [] }

    /// Nothing runs.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation { .input }
}

extension Graph {
    /// A value whose memory the caller of the plan provides.
    public mutating func input(_ name: String, shape: Shape) throws(ShapeError) -> Value {
        try append(Input(label: name, shape: shape))
    }
}
