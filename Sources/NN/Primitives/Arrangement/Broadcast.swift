/// A tensor repeated to a larger shape, aligned from the last axis as in NumPy; an extent of 1 stretches.
///
/// This is the only place where shapes stretch: operators on two tensors want equal shapes.
public struct Broadcast: SingleResultPrimitive {
    /// The shape of the result.
    public let shape: Shape
    /// The name in messages.
    public var name: String { "broadcast" }

    package init(shape: Shape) {
        self.shape = shape
    }

    /// The result's shape where each aligned extent is equal or 1.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let from = operands[0]
        let aligned = zip(from.extents.reversed(), shape.extents.reversed())
        guard from.rank <= shape.rank, aligned.allSatisfy({ $0 == $1 || $0 == 1 }) else {
            throw ShapeError(name, "\(from) can't stretch to \(shape)")
        }
        return shape
    }

    /// Forward mode: the tangent repeated alike.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.broadcast(tangent, to: shape)
    }

    /// Reverse mode: the cotangent summed over the axes that were stretched.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let from = graph.shape(of: operands[0])
        let added = shape.rank - from.rank
        let stretched = shape.extents.indices.filter { axis in
            axis < added || (from[axis - added] == 1 && shape[axis] != 1)
        }
        let sum = try graph.sum(cotangent, axes: stretched)
        return [try graph.reshape(sum, to: from)]
    }

    /// A strided copy, which the plan leaves out where an elementwise loop can repeat the operand itself.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let from = signature.operands[0]
        if from.volume == shape.volume { return .view(offset: 0) }
        let added = shape.rank - from.rank
        let source = shape.extents.indices.map { axis in
            axis < added || from[axis - added] == 1 ? 0 : from.strides[axis - added]
        }
        let copy = StridedCopy(extents: shape.extents, source: source, target: shape.strides)
        return .broadcast(
            Kernel { buffers in
                let (operand, result) = (buffers.operands[0], buffers.results[0])
                return { copy.run(from: operand, to: result) }
            }
        )
    }
}

extension Graph {
    /// A tensor repeated to a larger shape, aligned from the last axis.
    public mutating func broadcast(_ x: Value, to shape: Shape) throws(ShapeError) -> Value {
        self.shape(of: x) == shape ? x : try append(Broadcast(shape: shape), x)
    }
}
