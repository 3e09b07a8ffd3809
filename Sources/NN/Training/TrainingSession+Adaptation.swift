extension TrainingSession {
    /// The rows that are read at a time.
    static let stretch = 256

    /// The rows to train on, in stretches of one size.
    var stretches: [RowStretch] { RowStretch.all(of: task.trainingRows, task.sizing?.rows, length: Self.stretch) }

    /// Lets the layers that learn from the training rows do so, one after the other, as Keras's `adapt` does.
    ///
    /// - Parameter observe: Called between stretches of rows.
    /// - Returns: An outcome where the observer asks to come back; the next call starts anew.
    /// - Throws: What the data or the observer threw, or what kept a plan from being compiled.
    func adapt(_ observe: Observer) throws -> TrainingOutcome? {
        guard !task.network.adaptations.isEmpty else { return nil }
        let stretches = stretches
        for (number, adaptation) in task.network.adaptations.enumerated() {
            let weights = state.weights.pointer
            var reader: AdaptationReader?
            var statistics: ColumnStatistics?
            for (place, stretch) in stretches.enumerated() {
                if number + place > 0, let outcome = try observe(self, .step).outcome { return outcome }
                let fitting =
                    try reader.flatMap { $0.stretch.isLike(stretch) ? $0 : nil }
                    ?? AdaptationReader(task, adaptation, stretch, weights: weights)
                reader = fitting
                var sums = statistics ?? ColumnStatistics(columns: fitting.columns)
                try fitting.add(stretch, of: data, to: &sums)
                statistics = sums
            }
            guard let statistics else { continue }
            for (place, values) in [(adaptation.mean, statistics.means), (adaptation.variance, statistics.variances)] {
                let offset = task.layout.entries[place].offset
                for (column, value) in values.enumerated() { weights[offset + column] = Float(value) }
            }
        }
        return nil
    }
}

/// The compiled network up to a layer that adapts, for stretches of rows that are alike.
private struct AdaptationReader {
    let columns: Int
    let stretch: RowStretch
    private let probe: RowProbe
    private let sampleRows: Int

    init(
        _ whole: LearningTask,
        _ adaptation: Adaptation,
        _ stretch: RowStretch,
        weights: UnsafeMutablePointer<Float>
    ) throws {
        let task = try whole.resized(to: stretch.size)
        probe = try RowProbe(task, stretch, weights: weights) { graph, inputs, parameters in
            try task.network.appendSamples(of: adaptation, to: &graph, inputs: inputs, parameters: parameters)
        }
        (sampleRows, columns) = (probe.shape[0], probe.shape[1])
        self.stretch = stretch
    }

    /// Adds the samples of rows.
    func add(_ stretch: RowStretch, of data: any TrainingData, to statistics: inout ColumnStatistics) throws {
        try stretch.rows.withUnsafeBufferPointer { try probe.run($0, of: data) }
        statistics.add(probe.values, rows: sampleRows)
    }
}
