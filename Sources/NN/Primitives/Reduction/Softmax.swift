/// The softmax over the last axis: `eˣ / Σ eˣ`, without overflow.
public struct Softmax: SingleResultPrimitive {
    /// The name in messages.
    public var name: String { "softmax" }

    package init() {}

    /// The operand's shape, which has at least one axis.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[0].rank > 0, operands[0].last > 0 else {
            throw ShapeError(name, "\(operands[0]) has no last axis to normalise over")
        }
        return operands[0]
    }

    /// Forward mode: `s·(t - Σ s·t)`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        return try product(tangent, result, in: &graph)
    }

    /// Reverse mode: the Jacobian is symmetric, so the same product as forward.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [try product(cotangent, result, in: &graph)]
    }

    private func product(_ outer: Value, _ result: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.shape(of: result)
        let weighted = try graph.multiply(result, outer)
        let mean = try graph.sum(weighted, axes: [shape.rank - 1], keepingDimensions: true)
        return try graph.subtract(weighted, graph.multiply(result, graph.broadcast(mean, to: shape)))
    }

    /// Some rows at a time, that their exponentials run as one loop: the largest number, the exponentials, their sum, the
    /// quotients.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let width = signature.results[0].last
        let rows = signature.results[0].volume / width
        let block = max(1, 2048 / width)
        return .kernel(
            Kernel(overwritable: [0]) { buffers in
                let (x, y) = (buffers.operands[0], buffers.results[0])
                return {
                    for start in stride(from: 0, to: rows, by: block) {
                        let count = min(block, rows - start)
                        let (x, y) = (x + start * width, y + start * width)
                        for row in 0..<count { SoftmaxRow.shift(x + row * width, y + row * width, width) }
                        VectorLoops.exp(y, y, y, count * width)
                        for row in 0..<count { SoftmaxRow.divideBySum(y + row * width, width) }
                    }
                }
            }
        )
    }
}

extension Graph {
    /// The softmax over the last axis.
    public mutating func softmax(_ x: Value) throws(ShapeError) -> Value { try append(Softmax(), x) }
}
