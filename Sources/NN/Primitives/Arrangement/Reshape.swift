/// The same elements in the same order under another shape; no memory moves.
public struct Reshape: SingleResultPrimitive {
    /// The shape of the result, of the operand's volume.
    public let shape: Shape
    /// The name in messages.
    public var name: String { "reshape" }

    package init(shape: Shape) {
        self.shape = shape
    }

    /// The result's shape where the volume stays the same.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[0].volume == shape.volume else {
            throw ShapeError(
                name,
                "\(operands[0]) has \(operands[0].volume) elements, \(shape) needs \(shape.volume)"
            )
        }
        return shape
    }

    /// Forward mode: the tangent reshaped.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.reshape(tangent, to: shape)
    }

    /// Reverse mode: the cotangent reshaped back.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try graph.reshape(cotangent, to: graph.shape(of: operands[0]))]
    }

    /// A view of the operand.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation { .view(offset: 0) }
}

extension Graph {
    /// The same elements under another shape of the same volume.
    public mutating func reshape(_ x: Value, to shape: Shape) throws(ShapeError) -> Value {
        self.shape(of: x) == shape ? x : try append(Reshape(shape: shape), x)
    }
}
