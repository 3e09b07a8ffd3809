/// Rows of a table by their numbers: `[…], [V, D] → […, D]`, as an embedding looks words up.
///
/// Indices are floats that hold integers; one outside `0..<V` gives a row of zeros, or of another number. There is no
/// derivative by indices.
public struct Gather: SingleResultPrimitive {
    /// The numbers of a row that isn't there.
    public let elsewhere: Float

    /// The name in messages.
    public var name: String { "gather" }

    package init(elsewhere: Float = 0) { self.elsewhere = elsewhere }

    /// The indices' shape and the table's row length.
    public func shape(of operands: [Shape]) throws(ShapeError) -> Shape {
        guard operands[1].rank == 2 else {
            throw ShapeError(name, "the table is \(operands[1]), it must be [rows, width]")
        }
        return Shape(operands[0].extents + [operands[1][1]])
    }

    /// Forward mode: the same rows of the table's tangent.
    public func jvp(
        _ operands: [Value],
        tangents: [Value?],
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> Value? {
        guard let tangent = tangents[1] else { return nil }
        return try graph.append(Gather(), operands[0], tangent)
    }

    /// Reverse mode: each cotangent added to the row it came from.
    public func vjp(
        _ operands: [Value],
        cotangent: Value,
        result: Value,
        in graph: inout Graph
    ) throws(ShapeError) -> [Value?] {
        let rows = graph.shape(of: operands[1])[0]
        return [nil, try graph.append(ScatterAdd(rows: rows), operands[0], cotangent)]
    }

    /// One copy an index.
    public func implementation(for signature: Signature) throws(KernelError) -> Implementation {
        let count = signature.operands[0].volume
        let (rows, width) = (signature.operands[1][0], signature.operands[1][1])
        let elsewhere = elsewhere
        return .kernel(
            Kernel { buffers in
                let (indices, table, result) = (buffers.operands[0], buffers.operands[1], buffers.results[0])
                return {
                    for place in 0..<count {
                        let target = result + place * width
                        if let row = Int(exactly: indices[place]), (0..<rows).contains(row) {
                            target.update(from: table + row * width, count: width)
                        } else {
                            target.update(repeating: elsewhere, count: width)
                        }
                    }
                }
            }
        )
    }
}

extension Graph {
    /// Rows of a table `[V, D]` by their numbers; for those outside it a row of the number `elsewhere`.
    public mutating func gather(
        _ table: Value,
        rows indices: Value,
        elsewhere: Float = 0
    ) throws(ShapeError) -> Value {
        try append(Gather(elsewhere: elsewhere), indices, table)
    }
}
