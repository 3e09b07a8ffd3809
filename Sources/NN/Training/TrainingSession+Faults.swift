extension TrainingSession {
    /// Why the loss of a step isn't finite, as far as one can tell; takes note of the divergence.
    func trainingFault(
        _ loss: Double,
        _ batch: UnsafeBufferPointer<Int>,
        _ size: BatchSize?,
        key: RandomKey
    ) throws -> TrainingError {
        let whole = try FaultSearch(task, size, rows: batch.count, trains: true)
        var origin = try whole.run(batch, of: data, weights: state.weights.pointer, key: key.child(0))
        if origin == nil { origin = try faultOfPart(batch, size, key: key) }
        if case .index(let error) = origin { return error }
        let isOfLabels = task.outputs.contains { !$0.target.isAligned }
        var words =
            isOfLabels && loss == .infinity
            ? "the loss of a row whose steps that count are too few for its labels (\"zero_infinity\": true passes over it)"
            : nil
        if case .number(_, _, let found) = origin { words = found }
        note(origin, or: Float(loss), batch)
        return .lossNotFinite(epoch: epoch + 1, step: step + 1, loss: Float(loss), origin: words)
    }

    /// The same search in the parts that the batch is trained in, each with its own random numbers.
    private func faultOfPart(
        _ batch: UnsafeBufferPointer<Int>,
        _ size: BatchSize?,
        key: RandomKey
    ) throws -> FaultSearch.Origin? {
        let cut = task.cut(of: batchSize)
        guard cut.count(of: batch.count) > 1 else { return nil }
        for part in 0..<cut.count(of: batch.count) {
            let rows = UnsafeBufferPointer(rebasing: batch[cut.range(of: part, in: batch.count)])
            let search = try FaultSearch(task, size, rows: rows.count, trains: true)
            let found = try search.run(rows, of: data, weights: state.weights.pointer, key: key.child(part))
            if let found { return found }
        }
        return nil
    }

    /// Why the gradient of a step can't be used; takes note of the divergence.
    func gradientFault(_ weight: String, _ value: Float, _ batch: UnsafeBufferPointer<Int>) -> TrainingError {
        let owner = task.network.layers.map(\.name).filter { weight.hasPrefix($0 + "/") }.max { $0.count < $1.count }
        note(.number(value, layer: owner ?? weight, words: ""), or: value, batch)
        return .gradientNotFinite(epoch: epoch + 1, step: step + 1, weight: weight)
    }

    /// Why the loss over the validation rows isn't finite, as far as one can tell; takes note of the divergence.
    func validationFault(_ loss: Double) throws -> TrainingError {
        let order = BatchOrder(of: task.validationRows, task.sizing?.rows, batchSize: Self.stretch)
        for number in 0..<order.count {
            let part = order.rows(ofBatch: number)
            let search = try FaultSearch(task, try order.size(ofBatch: number), rows: part.count, trains: false)
            let key = RandomKey(seed: options.seed)
            let origin = try search.run(part, of: data, weights: state.weights.pointer, key: key)
            if case .index(let error) = origin { return error }
            if case .number(_, _, let words) = origin {
                note(origin, or: Float(loss), part)
                return .validationLossNotFinite(epoch: epoch + 1, loss: loss, origin: words)
            }
        }
        note(nil, or: Float(loss), order.rows(ofBatch: 0))
        return .validationLossNotFinite(epoch: epoch + 1, loss: loss, origin: nil)
    }

    private func note(_ origin: FaultSearch.Origin?, or loss: Float, _ rows: UnsafeBufferPointer<Int>) {
        var (layer, value) = (Divergence.loss, loss)
        if case .number(let number, let name, _) = origin { (layer, value) = (name, number) }
        let isAfterStep = step == stepsPerEpoch
        divergence = Divergence(
            epoch: epoch + 1,
            step: isAfterStep ? step : step + 1,
            layer: layer,
            value: value,
            rows: Array(rows),
            isAfterStep: isAfterStep
        )
    }
}
