/// The elements along one axis in the opposite order.
public struct Reverse: SingleResultPrimitive {
    /// The axis that is turned round.
    public let axis: Int
    /// The name in messages.
    public var name: String { "reverse" }

    package init(axis: Int) {
        self.axis = axis
    }

    /// The operand's shape.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard axis < operands[0].rank else { throw ShapeError(name, "\(operands[0]) has no axis \(axis)") }
        return operands[0]
    }

    /// Forward mode: the tangent reversed alike.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try graph.reverse(tangent, axis: axis)
    }

    /// Reverse mode: the cotangent turned back.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try graph.reverse(cotangent, axis: axis)]
    }

    /// One copy a run of elements that stay together.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let shape = signature.operands[0]
        let (extent, run) = (shape[axis], shape.strides[axis])
        let blocks = shape.extents[..<axis].reduce(1, *)
        return .kernel(
            Kernel { buffers in
                let (operand, result) = (buffers.operands[0], buffers.results[0])
                return {
                    for block in 0..<blocks {
                        let start = block * extent * run
                        for place in 0..<extent {
                            let from = operand + start + (extent - 1 - place) * run
                            (result + start + place * run).update(from: from, count: run)
                        }
                    }
                }
            }
        )
    }
}

extension Graph {
    /// The elements along one axis in the opposite order.
    public mutating func reverse(_ x: Value, axis: Int) throws(ShapeError) -> Value {
        try append(Reverse(axis: axis), x)
    }
}
