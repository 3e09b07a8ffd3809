/// What a training run will cost on this machine, found by trying a few steps of it.
public struct TrainingEstimate: Sendable, Equatable {
    /// The floating-point operations of one row's step, forward and backward.
    public let operationsPerSample: Int
    /// The most memory that a run takes at once: weights, optimizer, gradients and arenas, and a checkpoint being saved.
    public let peakBytes: Int
    /// The seconds of one epoch, its validation included.
    public let secondsPerEpoch: Double

    /// Runs a few steps on weights that are thrown away, and times them.
    ///
    /// - Parameters:
    ///   - network: What would be trained.
    ///   - options: How.
    ///   - data: The rows to train on, those of the validation split included.
    ///   - threads: How many threads would take part.
    ///   - limit: How long to go on after the first step, at most.
    /// - Throws: `FaultyInput` where network, options and data don't fit together, or what the trial run threw.
    public init(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        threads: Int,
        limit: Duration = .milliseconds(250)
    ) throws {
        var trial = options
        trial.epochs = Int.max
        trial.earlyStopping = nil
        let session = try TrainingSession(network: network, options: trial, data: data, threads: threads)
        let clock = ContinuousClock()
        var start: ContinuousClock.Instant?
        _ = try session.run { session, _ in
            guard let begin = start else {
                // The first step compiles the plans and finds the caches cold, so it doesn't count.
                start = clock.now
                session.forgetPace()
                return .proceed
            }
            let isTimed = session.progress.samplesPerSecond != nil
            return isTimed && (session.epoch > 0 || begin.duration(to: clock.now) > limit) ? .cancel : .proceed
        }
        operationsPerSample = session.task.trainingOperations
        peakBytes = session.bytes + session.savedBytes
        secondsPerEpoch = session.secondsPerEpoch
    }
}

extension TrainingEstimate {
    /// How much memory a run will take at most, told by its compiled plans without running it.
    ///
    /// - Throws: `FaultyInput` where network, options and data don't fit together, `ShapeError` or `KernelError` where the
    ///   network can't be compiled.
    public static func expectedBytes(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        threads: Int
    ) throws -> Int {
        let task = try LearningTask(network, options, on: data)
        let rows = task.trainingRows.count
        let batchSize = min(options.batchSize, rows)
        let cut = MicroBatches(batchSize: batchSize, operations: task.trainingOperations)
        let parts = cut.count(of: batchSize)
        let weights = task.layout.count * MemoryLayout<Float>.stride
        let state = weights * (1 + options.optimizer.slots.count)
        // One for each thread, and where there are several parts their sums, of which few are unfinished at once.
        let levels = Int.bitWidth - 1 - parts.leadingZeroBitCount
        let gradients = weights * (threads + (parts > 1 ? threads + levels : 0))
        var arenas =
            threads * cut.size * (network.inputShape.volume + task.target.shape.volume) * MemoryLayout<Float>.stride
        for purpose in [StepPlan.Purpose.training, .evaluation] {
            let step = try StepPlan(task, rows: min(cut.size, batchSize), of: batchSize, number: 0, purpose: purpose)
            arenas += threads * step.plan.arenaBytes + step.plan.prologueBytes
        }
        return state + gradients + arenas + rows * MemoryLayout<Int>.stride
            + TrainingSession.savedBytes(state: state, weights: weights)
    }
}
