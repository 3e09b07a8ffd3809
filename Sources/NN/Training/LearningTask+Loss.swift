extension LearningTask {
    /// Appends the losses of a micro-batch to its forward pass.
    ///
    /// - Parameters:
    ///   - graph: The graph of the forward pass.
    ///   - applied: What the forward pass gave.
    ///   - target: The rows' targets, as `target` says.
    ///   - share: What each row's loss counts, `[N]`.
    ///   - stepWeights: What each step's loss counts, `[N]` and the task's weighed steps; nil for 1.
    ///   - batchRows: The rows of the whole batch.
    /// - Returns: The sum of the rows' losses, and what the metrics are computed from: the result; with several outputs
    ///   a matrix with a row's results one after the other, and then each output's loss of the row times B; each output's
    ///   mask; and each output's loss of each row, `[N]`.
    /// - Throws: `ShapeError` where a target isn't as its rule says.
    func appendLoss(
        to graph: inout Graph,
        _ applied: Applied,
        target: Value,
        share: Value,
        stepWeights: Value?,
        batchRows: Int
    ) throws(ShapeError) -> (loss: Value, prediction: Value, masks: [Value?], rows: [Value]) {
        var total: Value?
        var results: [Value] = []
        var losses: [Value] = []
        var rows: [Value] = []
        for output in outputs {
            let result = applied.outputs[output.place]
            let own = try self.target(of: output, in: target, &graph)
            let ofRows = try output.loss.append(
                to: &graph,
                prediction: result.of(batchRows),
                target: own,
                stepWeights: stepWeights
            )
            let shares = try graph.multiply(ofRows, share)
            var sum = try graph.sum(shares, axes: [0])
            if output.weight != 1 { sum = try graph.scale(sum, by: Float(output.weight)) }
            total = if let total { try graph.add(total, sum) } else { sum }
            results.append(result.output)
            losses.append(shares)
            rows.append(ofRows)
        }
        guard let total else { preconditionFailure("a run that learns no output") }
        let masks = outputs.map { applied.outputs[$0.place].mask }
        guard outputs.count > 1 else { return (total, results[0], masks, rows) }
        var columns: [Value] = []
        for result in results { columns.append(try graph.flattenedRows(result)) }
        for shares in losses { columns.append(try graph.flattenedRows(graph.scale(shares, by: Float(batchRows)))) }
        return (total, try graph.concatenate(columns, axis: 1), masks, rows)
    }

    /// The targets of one output.
    private func target(of output: LearnedOutput, in target: Value, _ graph: inout Graph) throws(ShapeError) -> Value {
        guard outputs.count > 1 else { return target }
        let rows = graph.shape(of: target)[0]
        let columns = try graph.slice(target, axis: 1, output.targetRange)
        return try graph.reshape(columns, to: output.target.shape.batched(rows))
    }
}

extension AppliedOutput {
    /// The result as part of a batch of so many rows.
    fileprivate func of(_ batchRows: Int) -> AppliedOutput {
        AppliedOutput(output: output, activation: activation, logits: logits, mask: mask, batchRows: batchRows)
    }
}
