/// Tensors one after another along one axis.
public struct Concatenation: SingleResultPrimitive {
    /// The axis along which they follow one another.
    public let axis: Int
    /// The name in messages.
    public var name: String { "concatenate" }

    package init(axis: Int) {
        self.axis = axis
    }

    /// The operands' common shape with their extents added up on the axis.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        let first = operands[0]
        guard axis < first.rank else { throw ShapeError(name, "\(first) has no axis \(axis)") }
        for shape in operands.dropFirst() {
            guard shape.rank == first.rank, shape.replacing(axis: axis, with: first[axis]) == first else {
                throw ShapeError(name, "\(first) and \(shape) differ in more than axis \(axis)")
            }
        }
        return first.replacing(axis: axis, with: operands.map { $0[axis] }.reduce(0, +))
    }

    /// Forward mode: the tangents in the same order, zeros where an operand doesn't vary.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        var parts: [Value] = []
        for (operand, tangent) in zip(operands, tangents) {
            if let tangent {
                parts.append(tangent)
            } else {
                parts.append(try graph.constant(0, shape: graph.shape(of: operand)))
            }
        }
        return try graph.concatenate(parts, axis: axis)
    }

    /// Reverse mode: each operand's part of the cotangent.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        var (parts, start): ([Value?], Int) = ([], 0)
        for operand in operands {
            let end = start + graph.shape(of: operand)[axis]
            parts.append(try graph.slice(cotangent, axis: axis, start..<end))
            start = end
        }
        return parts
    }

    /// One strided copy an operand.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let strides = signature.results[0].strides
        let copies = signature.operands.map {
            StridedCopy(extents: $0.extents, source: $0.strides, target: strides)
        }
        var (offsets, start): ([Int], Int) = ([], 0)
        for operand in signature.operands {
            offsets.append(start * strides[axis])
            start += operand[axis]
        }
        return .kernel(
            Kernel { [offsets] buffers in
                let (operands, result) = (buffers.operands, buffers.results[0])
                return {
                    for index in operands.indices {
                        copies[index].run(from: operands[index], to: result + offsets[index])
                    }
                }
            }
        )
    }
}

extension Graph {
    /// Tensors one after another along one axis; they agree in every other.
    public mutating func concatenate(_ parts: [Value], axis: Int) throws(ShapeError) -> Value {
        parts.count == 1 ? parts[0] : try append(Concatenation(axis: axis), to: parts)[0]
    }
}
