extension TrainingSession {
    /// The loss and the metrics over rows of data, as the network answers with the weights it has now.
    ///
    /// - Parameters:
    ///   - data: The rows, all of them; their shapes are checked.
    ///   - prefix: What stands before each name, as in `test_`.
    ///   - observe: Called between batches; evaluation stops where it asks for anything but to proceed.
    /// - Returns: The measurements; nil where the observer stopped it.
    /// - Throws: `FaultyInput` where the data doesn't fit, or what the data or the observer threw.
    public func evaluate(
        _ data: any TrainingData,
        prefix: String = "",
        _ observe: Observer = { _, _ in .proceed }
    ) throws -> [Measurement]? {
        var plain = options
        (plain.validationSplit, plain.validationRows) = (0, 0)
        // They watch epochs, of which there are none here.
        (plain.earlyStopping, plain.plateauReduction) = (nil, nil)
        let own = try LearningTask(task.definedNetwork, plain, on: data)
        let (sums, outcome) = try evaluationSums(over: 0..<data.rows, of: data, own.sizing?.rows, observe)
        guard outcome == nil,
            let said = try freeRun(over: 0..<data.rows, of: data, prefix: prefix, isRepeated: false, observe)
        else {
            return nil
        }
        return sums.means(task.metrics, prefix: prefix) + said
    }

    /// What a decoder says by itself, measured over rows.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - data: Where they come from.
    ///   - prefix: What stands before each name.
    ///   - isRepeated: Whether the same rows are measured after each epoch.
    ///   - observe: Asked between steps whether to go on.
    /// - Returns: The measurements, none where nobody asked for them; nil where the observer stopped it.
    /// - Throws: What the data or the observer threw, or what keeps a plan from being compiled.
    func freeRun(
        over rows: Range<Int>,
        of data: any TrainingData,
        prefix: String,
        isRepeated: Bool,
        _ observe: Observer
    ) throws -> [Measurement]? {
        guard let rule = task.freeRunning else { return [] }
        let runner = try freeRunner ?? FreeRunner(rule)
        freeRunner = runner
        return try runner.measure(weights, over: rows, of: data, prefix: prefix, isRepeated: isRepeated) {
            try observe(self, .step).outcome == nil
        }
    }
}
