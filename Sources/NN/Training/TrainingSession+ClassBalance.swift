extension TrainingSession {
    /// Gives each class the weight that follows from how often it is there, where the options ask for that.
    ///
    /// - Parameter observe: Called between stretches of rows.
    /// - Returns: An outcome where the observer asks to come back; the next call starts anew.
    /// - Throws: What the data or the observer threw, or what kept a plan from being compiled.
    func balanceClasses(_ observe: Observer) throws -> TrainingOutcome? {
        guard var rule = task.classWeights, rule.isBalanced else { return nil }
        let all = task.trainingRows.count
        let stretch = min(Self.stretch, all)
        let rest = all % stretch
        let reader = try ClassReader(task, rule, rows: stretch, weights: state.weights.pointer)
        let last = try rest == 0 ? nil : ClassReader(task, rule, rows: rest, weights: state.weights.pointer)
        var counts = Array(repeating: 0, count: rule.table.count)
        for begin in stride(from: 0, to: all, by: stretch) {
            if begin > 0, let outcome = try observe(self, .step).outcome { return outcome }
            let part = begin + stretch <= all ? reader : last
            try part?.count(from: begin, of: data, in: &counts)
        }
        rule.balance(counts)
        runner.use(rule)
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
    private let rows: Int

    init(_ task: LearningTask, _ rule: ClassWeights.Rule, rows: Int, weights: UnsafeMutablePointer<Float>) throws {
        let output = task.outputs[0]
        let mask = rule.steps.rank > 0 ? output.maskShape : nil
        (self.rule, self.rows) = (rule, rows)
        steps = rule.steps.volume
        stepsOfMask = mask.map { rule.steps.volume / max($0.volume, 1) }
        width = task.target.shape.volume / steps
        probe = try RowProbe(task, rows: rows, weights: weights) { graph, inputs, parameters in
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

    /// Counts the rows that start at one of the data.
    func count(from row: Int, of data: any TrainingData, in counts: inout [Int]) throws {
        try probe.run(from: row, of: data)
        for step in 0..<rows * steps {
            if let stepsOfMask, probe.values[step / stepsOfMask] == 0 { continue }
            counts[rule.classIndex(of: probe.targets.pointer + step * width)] += 1
        }
    }
}
