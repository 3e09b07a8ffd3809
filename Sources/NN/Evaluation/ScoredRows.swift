/// What a network answers to rows whose targets are known: the metrics over all, and what each row came to.
public struct ScoredRows {
    /// How many rows there are.
    public let rows: Int
    /// The loss and the metrics, as training tells them of rows that it tests on.
    public let measurements: [Measurement]
    /// What came of each output that has a loss, in the network's order.
    public let outputs: [ScoredOutput]

    /// Has a network answer all rows of some data.
    ///
    /// The bits do not depend on the number of threads, and are those of a training run's test of the same rows in batches
    /// of the same size.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - weights: Its weights, in its order.
    ///   - options: The losses and metrics; what is said of training is passed over.
    ///   - data: The rows, one or more.
    ///   - batchSize: The rows of a batch, at least 1.
    ///   - threads: How many threads take part, the calling one included.
    ///   - proceeds: Called between batches with the rows that are done; false ends the work.
    /// - Returns: What came of it; nil where `proceeds` ended it.
    /// - Throws: `FaultyInput` where network, options and data don't fit together, `TrainingError.badTarget`, or what kept
    ///   rows from being read.
    public static func scored(
        by network: Network,
        weights: [Tensor],
        options: TrainingOptions,
        data: any TrainingData,
        batchSize: Int,
        threads: Int,
        proceeds: (_ done: Int) -> Bool = { _ in true }
    ) throws -> ScoredRows? {
        let plain = options.ofEvaluation
        let task = try LearningTask(network, plain, on: data)
        let extents = try ResultExtents(task)
        let state = WeightState(weights, layout: task.layout, optimizer: plain.optimizer)
        let cut = task.cut(of: batchSize)
        let runner = BatchRunner(task, state: state, cut: cut, batchSize: batchSize, threads: threads)
        let outputs = task.outputs.indices.map {
            ScoredOutput(number: $0, in: task, extents, rows: data.rows)
        }
        var sums = RowSums(task.metrics)
        let order = BatchOrder(of: 0..<data.rows, task.sizing?.rows, batchSize: batchSize)
        var forms = ScoredForms(task, extents)
        for batch in 0..<order.count {
            if batch > 0, !proceeds(order.rows(beforeBatch: batch)) { return nil }
            let (indices, size) = (order.rows(ofBatch: batch), try order.size(ofBatch: batch))
            let form = try forms.form(of: size)
            runner.observe { rows, step, targets in
                for (number, output) in outputs.enumerated() {
                    output.take(
                        UnsafeBufferPointer(rebasing: indices[rows]),
                        in: form,
                        predictions: step.prediction,
                        targets: targets,
                        losses: step.rowLosses[number],
                        mask: step.masks[number]
                    )
                }
            }
            _ = try runner.run(
                indices,
                of: data,
                size: size,
                purpose: .scoring,
                key: RandomKey(seed: 0),
                sums: &sums
            )
        }
        for output in outputs { output.finish() }
        if task.sizing != nil, outputs.contains(where: \.isOpen) {
            try task.measureAnew(outputs, in: order, &forms, &sums)
        } else {
            task.measureAnew(outputs, &sums)
        }
        return ScoredRows(rows: data.rows, measurements: sums.means(task.metrics), outputs: outputs)
    }

    /// How many bytes of memory `scored` takes at most, with what is computed from its result.
    ///
    /// - Throws: As `scored`, for what doesn't fit together or can't be compiled.
    public static func expectedBytes(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        batchSize: Int,
        threads: Int
    ) throws -> Int {
        let task = try LearningTask(network, options.ofEvaluation, on: data)
        let extents = try ResultExtents(task)
        let cut = task.cut(of: batchSize)
        let rows = min(cut.size, data.rows)
        let plan = try StepPlan(
            task,
            rows: rows,
            of: min(batchSize, data.rows),
            number: 0,
            purpose: .scoring
        )
        let replicas = plan.needsReplicaPerPart ? max(threads, cut.count(of: batchSize)) : threads
        let weights = task.layout.count * MemoryLayout<Float>.stride
        let row =
            (task.network.inputShape.volume + task.target.shape.volume) * MemoryLayout<Float>.stride
        // A plan of whole micro-batches, and those of a smaller last batch.
        let plans = 3 * (plan.plan.prologueBytes + plan.plan.steplist.count * planStepBytes)
        let sizes = task.sizing?.rows.relativeSizes.reduce(0, +) ?? 0
        let arenas = Int(Double(plan.plan.arenaBytes) * max(2, min(sizes, Double(StepPlans.room))))
        let running = replicas * (weights + cut.size * row + arenas)
        return 2 * weights + plans + running + data.heldBytes
            + data.rows
            * (MemoryLayout<Int>.stride
                + task.outputs.indices.reduce(0) { $0 + task.scoredBytes($1, extents) })
    }

    /// What a step takes of a plan's own: its kernel, with the code that oneDNN makes for it.
    private static let planStepBytes = 1 << 14
}

extension LearningTask {
    /// How far a row's result lies from the next one's, as `appendLoss` lays them out.
    var predictionWidth: Int {
        let results = outputs.reduce(0) { $0 + network.outputs[$1.place].shape.volume }
        return outputs.count == 1 ? results : results + outputs.count
    }
}

extension LearningTask {
    /// What each row of an output takes: its result, target, mask and loss, and what the figures need beside them.
    fileprivate func scoredBytes(_ number: Int, _ extents: ResultExtents) -> Int {
        let (shape, targets) = (extents.results[number], extents.targets[number].volume)
        let numbers = shape.volume + targets + extents.maskVolume(number, of: self) + 1
        // Sorted scores with what they are held against, of one class at a time; of values, the residuals.
        let samples = shape.volume / Swift.max(shape.last, 1)
        var sorted = samples * 4 * MemoryLayout<Int>.stride
        if case .labels = outputs[number].target.allowed {
        } else {
            sorted = Swift.max(sorted, shape.volume * 2 * MemoryLayout<Double>.stride)
        }
        return numbers * MemoryLayout<Float>.stride + sorted
    }
}

extension TrainingOptions {
    /// The losses and metrics alone, with an optimizer that remembers nothing.
    fileprivate var ofEvaluation: TrainingOptions {
        var plain = self
        (plain.validationSplit, plain.validationRows) = (0, 0)
        (plain.earlyStopping, plain.plateauReduction, plain.classWeights) = (nil, nil, nil)
        plain.optimizer = OptimizerConfiguration(rule: SGD())
        return plain
    }
}
