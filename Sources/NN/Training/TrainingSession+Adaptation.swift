extension TrainingSession {
    /// The rows that are read at a time.
    static let stretch = 256

    /// Lets the layers that learn from the training rows do so, one after the other, as Keras's `adapt` does.
    ///
    /// - Parameter observe: Called between stretches of rows.
    /// - Returns: An outcome where the observer asks to come back; the next call starts anew.
    /// - Throws: What the data or the observer threw, or what kept a plan from being compiled.
    func adapt(_ observe: Observer) throws -> TrainingOutcome? {
        for (number, adaptation) in task.network.adaptations.enumerated() {
            let weights = state.weights.pointer
            let stretch = min(Self.stretch, task.trainingRows.count)
            let rest = task.trainingRows.count % stretch
            let reader = try AdaptationReader(task, adaptation, rows: stretch, weights: weights)
            let last = rest == 0 ? nil : try AdaptationReader(task, adaptation, rows: rest, weights: weights)
            var statistics = ColumnStatistics(columns: reader.columns)
            for begin in stride(from: 0, to: task.trainingRows.count, by: stretch) {
                if number + begin > 0, let outcome = try observe(self, .step).outcome { return outcome }
                let isWhole = begin + stretch <= task.trainingRows.count
                let part = isWhole ? reader : last
                try part?.add(from: begin, of: data, to: &statistics)
            }
            for (place, values) in [(adaptation.mean, statistics.means), (adaptation.variance, statistics.variances)] {
                let offset = task.layout.entries[place].offset
                for (column, value) in values.enumerated() { weights[offset + column] = Float(value) }
            }
        }
        return nil
    }
}

/// The compiled network up to a layer that adapts, for a number of rows.
private struct AdaptationReader {
    let columns: Int
    private let probe: RowProbe
    private let sampleRows: Int

    init(_ task: LearningTask, _ adaptation: Adaptation, rows: Int, weights: UnsafeMutablePointer<Float>) throws {
        probe = try RowProbe(task, rows: rows, weights: weights) { graph, inputs, parameters in
            try task.network.appendSamples(of: adaptation, to: &graph, inputs: inputs, parameters: parameters)
        }
        (sampleRows, columns) = (probe.shape[0], probe.shape[1])
    }

    /// Adds the samples of the rows that start at one of the data.
    func add(from row: Int, of data: any TrainingData, to statistics: inout ColumnStatistics) throws {
        try probe.run(from: row, of: data)
        statistics.add(probe.values, rows: sampleRows)
    }
}
