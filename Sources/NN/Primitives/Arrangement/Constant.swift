/// A tensor whose elements are all one number, known when the graph is built.
public struct Constant: SingleResultPrimitive {
    /// The number.
    public let number: Float
    /// The extents of the tensor.
    public let shape: Shape
    /// The name in messages.
    public var name: String { "constant(\(number))" }

    package init(number: Float, shape: Shape) {
        self.number = number
        self.shape = shape
    }

    /// The extents of the tensor.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape { shape }

    /// Never asked: a constant has no operands that could vary.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? { nil }

    /// Nothing: a constant has no operands.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] { [] }

    /// One fill.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let count = shape.volume
        return .kernel(
            Kernel { buffers in
                let result = buffers.results[0]
                return { result.update(repeating: number, count: count) }
            }
        )
    }
}

extension Graph {
    /// A tensor whose elements are all one number.
    public mutating func constant(_ number: Float, shape: Shape = []) throws(ShapeError) -> Value {
        try append(Constant(number: number, shape: shape))
    }
}
