/// A range of one axis.
public struct Slice: SingleResultPrimitive {
    /// The axis that is cut.
    public let axis: Int
    /// Which indices of the axis stay.
    public let range: Range<Int>
    /// The name in messages.
    public var name: String { "slice" }

    package init(axis: Int, range: Range<Int>) {
        self.axis = axis
        self.range = range
    }

    /// The operand's shape with the range's length on the axis.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard axis < operands[0].rank, range.lowerBound >= 0, range.upperBound <= operands[0][axis] else {
            throw ShapeError(name, "axis \(axis) of \(operands[0]) has no range \(range)")
        }
        return operands[0].replacing(axis: axis, with: range.count)
    }

    /// Forward mode: the tangent cut alike.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.slice(tangent, axis: axis, range)
    }

    /// Reverse mode: the cotangent in its place, zeros around it.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let extent = graph.shape(of: operands[0])[axis]
        return [
            try graph.pad(cotangent, axis: axis, before: range.lowerBound, after: extent - range.upperBound)
        ]
    }

    /// A view where the slice is one run of memory, else a strided copy.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (from, to) = (signature.operands[0], signature.results[0])
        let offset = range.lowerBound * from.strides[axis]
        if from.extents[..<axis].allSatisfy({ $0 == 1 }) { return .view(offset: offset) }
        let copy = StridedCopy(extents: to.extents, source: from.strides, target: to.strides)
        return .kernel(
            Kernel { buffers in
                let (operand, result) = (buffers.operands[0] + offset, buffers.results[0])
                return { copy.run(from: operand, to: result) }
            }
        )
    }
}

extension Graph {
    /// A range of one axis.
    public mutating func slice(_ x: Value, axis: Int, _ range: Range<Int>) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        if axis < shape.rank, range == 0..<shape[axis] { return x }
        return try append(Slice(axis: axis, range: range), x)
    }
}
