/// Rows added up by their numbers: `[…], […, D] → [V, D]`, the adjoint of `Gather`.
///
/// Rows are added in their order; one whose index is outside `0..<V` is left out.
public struct ScatterAdd: SingleResultPrimitive {
    /// The rows of the result, V.
    public let rows: Int
    /// The name in messages.
    public var name: String { "scatterAdd" }

    package init(rows: Int) { self.rows = rows }

    /// `[V, D]` where the second operand has the indices' shape and one axis more.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[1].rank > 0, Array(operands[1].extents.dropLast()) == operands[0].extents else {
            throw ShapeError(name, "indices \(operands[0]) and rows \(operands[1]) don't belong together")
        }
        return [rows, operands[1].last]
    }

    /// Forward mode: linear in the rows.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[1] else { return nil }
        return try graph.append(self, operands[0], tangent)
    }

    /// Reverse mode: each row's cotangent from where it was added.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        [nil, try graph.gather(cotangent, rows: operands[0])]
    }

    /// One addition an index.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let (count, rows, width) = (signature.operands[0].volume, rows, signature.results[0][1])
        return .kernel(
            Kernel { buffers in
                let (indices, source, result) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
                return {
                    result.update(repeating: 0, count: rows * width)
                    for place in 0..<count {
                        guard let row = Int(exactly: indices[place]), (0..<rows).contains(row) else { continue }
                        let (from, to) = (source + place * width, result + row * width)
                        for index in 0..<width { to[index] += from[index] }
                    }
                }
            }
        )
    }
}
