/// The axes of a tensor in another order.
public struct Transpose: SingleResultPrimitive {
    /// Which axis of the operand becomes each axis of the result; every axis once.
    public let permutation: [Int]
    /// The name in messages.
    public var name: String { "transpose" }

    package init(permutation: [Int]) {
        self.permutation = permutation
    }

    /// The operand's extents in the new order.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard permutation.sorted() == Array(0..<operands[0].rank) else {
            throw ShapeError(name, "\(permutation) is not an order of the \(operands[0].rank) axes of \(operands[0])")
        }
        return Shape(permutation.map { operands[0][$0] })
    }

    /// Forward mode: the tangent transposed alike.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.transpose(tangent, permutation: permutation)
    }

    /// Reverse mode: the cotangent transposed back.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        var inverse = permutation
        for (axis, source) in permutation.enumerated() { inverse[source] = axis }
        return [try graph.transpose(cotangent, permutation: inverse)]
    }

    /// A strided copy; a view where only axes of extent 1 move.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let from = signature.operands[0]
        let moving = permutation.filter { from[$0] != 1 }
        if moving == moving.sorted() { return .view(offset: 0) }
        let copy = StridedCopy(
            extents: signature.results[0].extents,
            source: permutation.map { from.strides[$0] },
            target: signature.results[0].strides
        )
        return .kernel(
            Kernel { buffers in
                let (operand, result) = (buffers.operands[0], buffers.results[0])
                return { copy.run(from: operand, to: result) }
            }
        )
    }
}

extension Graph {
    /// The axes in another order: axis `i` of the result is axis `permutation[i]` of `x`.
    public mutating func transpose(_ x: Value, permutation: [Int]) throws(ShapeError) -> Value {
        try append(Transpose(permutation: permutation), x)
    }
}
