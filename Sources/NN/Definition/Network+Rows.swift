/// Rows of several inputs or outputs as one array: what training, inference and stored data pass around.
///
/// A network with one input takes rows of that input's shape. With several, a row is their numbers one after the other,
/// in the order of `inputs`; likewise results in the order of `outputs`.
extension Network {
    /// The inputs as the layers take them, from a batch of rows; the batch itself where there is one input.
    ///
    /// - Throws: `ShapeError` where the rows have another shape than `inputShape`.
    func unpack(_ rows: Value, in graph: inout Graph) throws(ShapeError) -> [Value] {
        guard inputs.count > 1 else { return [rows] }
        let shape = graph.shape(of: rows)
        guard shape.rank == 2, shape[1] == inputShape.volume else {
            throw ShapeError(definition.name, "\(shape) isn't a batch of \(inputShape)")
        }
        var values: [Value] = []
        var start = 0
        for input in inputs {
            let end = start + input.shape.volume
            let columns = try graph.slice(rows, axis: 1, start..<end)
            values.append(try graph.reshape(columns, to: input.shape.batched(shape[0])))
            start = end
        }
        return values
    }

    /// The results of a pass as a batch of rows; the result itself where there is one.
    func pack(_ outputs: [AppliedOutput], in graph: inout Graph) throws(ShapeError) -> Value {
        guard outputs.count > 1 else { return outputs[0].output }
        var columns: [Value] = []
        for output in outputs { columns.append(try graph.flattenedRows(output.output)) }
        return try graph.concatenate(columns, axis: 1)
    }
}

extension Shape {
    /// The shape of parts in one row: the only part's, or `[n]`.
    init(rowOf parts: [Shape]) {
        self = parts.count == 1 ? parts[0] : [parts.reduce(0) { $0 + $1.volume }]
    }
}

extension Graph {
    /// A batch as a matrix, a row a sample.
    mutating func flattenedRows(_ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        return try reshape(x, to: [shape[0], shape.extents.dropFirst().reduce(1, *)])
    }
}
