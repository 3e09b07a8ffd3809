/// Zeros before and after the elements along one axis.
public struct Pad: SingleResultPrimitive {
    /// The axis that grows.
    public let axis: Int
    /// How many zeros stand before the elements.
    public let before: Int
    /// How many zeros stand after the elements.
    public let after: Int
    /// The name in messages.
    public var name: String { "pad" }

    package init(axis: Int, before: Int, after: Int) {
        self.axis = axis
        self.before = before
        self.after = after
    }

    /// The operand's shape with the zeros counted in.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard axis < operands[0].rank, before >= 0, after >= 0 else {
            throw ShapeError(name, "axis \(axis) of \(operands[0]) can't grow by \(before) and \(after)")
        }
        return operands[0].replacing(axis: axis, with: before + operands[0][axis] + after)
    }

    /// Forward mode: the tangent padded alike.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.pad(tangent, axis: axis, before: before, after: after)
    }

    /// Reverse mode: the part of the cotangent that isn't padding.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let extent = graph.shape(of: operands[0])[axis]
        return [try graph.slice(cotangent, axis: axis, before..<before + extent)]
    }

    /// Zeros, then a strided copy.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (from, to) = (signature.operands[0], signature.results[0])
        let copy = StridedCopy(extents: from.extents, source: from.strides, target: to.strides)
        let offset = before * to.strides[axis]
        let (count, empty) = (to.volume, from.volume == 0)
        return .kernel(
            Kernel { buffers in
                let (operand, result) = (buffers.operands[0], buffers.results[0])
                return {
                    result.update(repeating: 0, count: count)
                    if !empty { copy.run(from: operand, to: result + offset) }
                }
            }
        )
    }
}

extension Graph {
    /// Zeros before and after the elements along one axis.
    public mutating func pad(_ x: Value, axis: Int, before: Int, after: Int) throws(ShapeError) -> Value {
        before == 0 && after == 0 ? x : try append(Pad(axis: axis, before: before, after: after), x)
    }
}
