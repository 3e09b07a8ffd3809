/// The logarithm of the softmax over the last axis: `x - ln Σ eˣ`, without overflow.
public struct LogSoftmax: SingleResultPrimitive {
    /// The name in messages.
    public var name: String { "logSoftmax" }

    package init() {}

    /// The operand's shape, which has at least one axis.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[0].rank > 0, operands[0].last > 0 else {
            throw ShapeError(name, "\(operands[0]) has no last axis to normalise over")
        }
        return operands[0]
    }

    /// Forward mode: `t - Σ softmax·t`.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[0] else { return nil }
        let shape = graph.shape(of: result)
        let weighted = try graph.multiply(graph.exp(result), tangent)
        let mean = try graph.sum(weighted, axes: [shape.rank - 1], keepingDimensions: true)
        return try graph.subtract(tangent, graph.broadcast(mean, to: shape))
    }

    /// Reverse mode: `ȳ - softmax·Σ ȳ`.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let shape = graph.shape(of: result)
        let total = try graph.sum(cotangent, axes: [shape.rank - 1], keepingDimensions: true)
        let share = try graph.multiply(graph.exp(result), graph.broadcast(total, to: shape))
        return [try graph.subtract(cotangent, share)]
    }

    /// Row by row: the largest number, the sum of exponentials, the difference.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let width = signature.results[0].last
        let rows = signature.results[0].volume / width
        return .kernel(
            Kernel(overwritable: [0]) { buffers in
                let (x, y) = (buffers.operands[0], buffers.results[0])
                return {
                    for row in 0..<rows {
                        let (x, y) = (x + row * width, y + row * width)
                        let shift = SoftmaxRow.logSumExp(x, width)
                        for index in 0..<width { y[index] = x[index] - shift }
                    }
                }
            }
        )
    }
}

extension Graph {
    /// The logarithm of the softmax over the last axis.
    public mutating func logSoftmax(_ x: Value) throws(ShapeError) -> Value { try append(LogSoftmax(), x) }
}
