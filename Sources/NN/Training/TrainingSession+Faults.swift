extension TrainingSession {
    /// Why the loss of a step isn't finite, as far as one can tell.
    func trainingFault(_ loss: Double, _ batch: UnsafeBufferPointer<Int>, key: RandomKey) throws -> TrainingError {
        let search = try FaultSearch(task, rows: batch.count, trains: true)
        let origin = try search.run(batch, of: data, weights: state.weights.pointer, key: key)
        if case .index(let error) = origin { return error }
        return .lossNotFinite(epoch: epoch + 1, step: step + 1, loss: Float(loss), origin: origin?.words)
    }

    /// Why the loss over the validation rows isn't finite, as far as one can tell.
    func validationFault(_ loss: Double) throws -> TrainingError {
        let rows = Array(task.validationRows)
        for begin in stride(from: 0, to: rows.count, by: Self.stretch) {
            let part = rows[begin..<min(begin + Self.stretch, rows.count)]
            let search = try FaultSearch(task, rows: part.count, trains: false)
            let origin = try part.withUnsafeBufferPointer { part in
                try search.run(part, of: data, weights: state.weights.pointer, key: RandomKey(seed: options.seed))
            }
            if case .index(let error) = origin { return error }
            if let origin {
                return .validationLossNotFinite(epoch: epoch + 1, loss: loss, origin: origin.words)
            }
        }
        return .validationLossNotFinite(epoch: epoch + 1, loss: loss, origin: nil)
    }
}
