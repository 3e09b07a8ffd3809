/// A tensor whose numbers are known when the graph is built.
public struct Literal: SingleResultPrimitive {
    /// The numbers, row-major, with their shape.
    public let tensor: Tensor
    /// The name in messages.
    public var name: String { "literal" }

    package init(tensor: Tensor) {
        self.tensor = tensor
    }

    /// The extents of the tensor.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape { tensor.shape }

    /// Never asked: a literal has no operands that could vary.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? { nil }

    /// Nothing: a literal has no operands.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] { [] }

    /// One copy.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let values = tensor.values
        return .kernel(
            Kernel { buffers in
                let result = buffers.results[0]
                return {
                    values.withUnsafeBufferPointer { numbers in
                        for index in numbers.indices { result[index] = numbers[index] }
                    }
                }
            }
        )
    }
}

extension Graph {
    /// A tensor whose numbers are known now.
    public mutating func literal(_ tensor: Tensor) throws(ShapeError) -> Value { try append(Literal(tensor: tensor)) }
}
