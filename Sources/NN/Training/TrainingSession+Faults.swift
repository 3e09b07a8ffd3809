extension TrainingSession {
    /// Why the loss of a step isn't finite, as far as one can tell.
    func trainingFault(
        _ loss: Double,
        _ batch: UnsafeBufferPointer<Int>,
        _ size: BatchSize?,
        key: RandomKey
    ) throws -> TrainingError {
        let search = try FaultSearch(task, size, rows: batch.count, trains: true)
        let origin = try search.run(batch, of: data, weights: state.weights.pointer, key: key)
        if case .index(let error) = origin { return error }
        let isOfLabels = task.outputs.contains { !$0.target.isAligned }
        let words =
            origin?.words
            ?? (isOfLabels && loss == .infinity
                ? "the loss of a row whose steps that count are too few for its labels (\"zero_infinity\": true passes over it)"
                : nil)
        return .lossNotFinite(epoch: epoch + 1, step: step + 1, loss: Float(loss), origin: words)
    }

    /// Why the loss over the validation rows isn't finite, as far as one can tell.
    func validationFault(_ loss: Double) throws -> TrainingError {
        let order = BatchOrder(of: task.validationRows, task.sizing?.rows, batchSize: Self.stretch)
        for number in 0..<order.count {
            let part = order.rows(ofBatch: number)
            let search = try FaultSearch(task, try order.size(ofBatch: number), rows: part.count, trains: false)
            let key = RandomKey(seed: options.seed)
            let origin = try search.run(part, of: data, weights: state.weights.pointer, key: key)
            if case .index(let error) = origin { return error }
            if let origin {
                return .validationLossNotFinite(epoch: epoch + 1, loss: loss, origin: origin.words)
            }
        }
        return .validationLossNotFinite(epoch: epoch + 1, loss: loss, origin: nil)
    }
}
