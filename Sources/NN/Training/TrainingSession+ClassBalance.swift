extension TrainingSession {
    /// Gives each class the weight that follows from how often it is there, where the options ask for that.
    ///
    /// - Parameter observe: Called between stretches of rows.
    /// - Returns: An outcome where the observer asks to come back; the next call starts anew.
    /// - Throws: What the data or the observer threw, or what kept a plan from being compiled.
    func balanceClasses(_ observe: Observer) throws -> TrainingOutcome? {
        guard var rule = task.classWeights, rule.isBalanced else { return nil }
        var reader: ClassReader?
        var counts = Array(repeating: 0, count: rule.table.count)
        for (place, stretch) in stretches.enumerated() {
            if place > 0, let outcome = try observe(self, .step).outcome { return outcome }
            let fitting =
                try reader.flatMap { $0.stretch.isLike(stretch) ? $0 : nil }
                ?? ClassReader(task, stretch, weights: state.weights.pointer)
            reader = fitting
            try fitting.count(stretch, of: data, in: &counts)
        }
        rule.balance(counts)
        runner.use(rule.table)
        return nil
    }
}

/// The classes of a number of rows, or of their steps that count.
private struct ClassReader {
    private let rule: ClassWeights.Rule
    private let probe: RowProbe
    /// The classes of a row, and how many of them a number of the mask is about; nil where all count.
    private let steps: Int
    private let stepsOfMask: Int?
    private let width: Int
    let stretch: RowStretch

    init(_ whole: LearningTask, _ stretch: RowStretch, weights: UnsafeMutablePointer<Float>) throws {
        let task = try whole.resized(to: stretch.size)
        guard let rule = task.classWeights else { preconditionFailure("classes that nothing weighs") }
        let output = task.outputs[0]
        let mask = rule.steps.rank > 0 ? output.maskShape : nil
        (self.rule, self.stretch) = (rule, stretch)
        steps = rule.steps.volume
        stepsOfMask = mask.map { rule.steps.volume / max($0.volume, 1) }
        width = task.target.shape.volume / steps
        probe = try RowProbe(task, stretch, weights: weights) { graph, inputs, parameters in
            guard mask != nil else { return try graph.constant(1, shape: [1]) }
            let applied = try task.network.append(
                to: &graph,
                inputs: inputs,
                parameters: parameters,
                mode: .inference
            )
            guard let mask = applied.outputs[output.place].mask else {
                preconditionFailure("a result whose mask is gone")
            }
            return mask
        }
    }

    /// Counts rows.
    func count(_ stretch: RowStretch, of data: any TrainingData, in counts: inout [Int]) throws {
        try stretch.rows.withUnsafeBufferPointer { try probe.run($0, of: data) }
        for step in 0..<stretch.rows.count * steps {
            if let stepsOfMask, probe.values[step / stepsOfMask] == 0 { continue }
            counts[rule.classIndex(of: probe.targets.pointer + step * width)] += 1
        }
    }
}
