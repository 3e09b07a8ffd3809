/// What a training run will cost on this machine, found by trying a few steps of it.
public struct TrainingEstimate: Sendable, Equatable {
    /// The floating-point operations of one row's step, forward and backward.
    public let operationsPerSample: Int
    /// The most memory that a run takes at once, as `expectedBytes` tells it.
    public let peakBytes: Int
    /// The seconds of one epoch, its validation included.
    public private(set) var secondsPerEpoch: Double

    /// The parts of a whole batch, the most ranks that have something to do.
    public let partsPerBatch: Int

    /// Runs a few steps on weights that are thrown away, and times them.
    ///
    /// - Parameters:
    ///   - network: What would be trained.
    ///   - options: How.
    ///   - data: The rows to train on, those of the validation split included.
    ///   - testRows: How many rows it would be tested on at the end.
    ///   - threads: How many threads would take part.
    ///   - limit: How long to go on after the first step, at most.
    /// - Throws: `FaultyInput` where network, options and data don't fit together, or what the trial run threw.
    public init(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        testRows: Int = 0,
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
        peakBytes = try TrainingMemory(session.task, options, threads: threads).bytes(data: data, testRows: testRows)
        secondsPerEpoch = session.secondsPerEpoch
        partsPerBatch = session.partsPerBatch
    }
}

extension TrainingEstimate {
    /// The same for so many times as many rows.
    public func scaled(by factor: Double) -> TrainingEstimate {
        var scaled = self
        scaled.secondsPerEpoch *= factor
        return scaled
    }

    /// How much memory a run will take at most, told by its compiled plans without running it.
    ///
    /// - Parameters:
    ///   - network: What is trained.
    ///   - options: How.
    ///   - data: The rows to train on, those of the validation split included.
    ///   - testRows: How many rows it is tested on at the end.
    ///   - threads: How many threads take part.
    /// - Returns: The bytes.
    /// - Throws: `FaultyInput` where network, options and data don't fit together, `ShapeError` or `KernelError` where the
    ///   network can't be compiled.
    public static func expectedBytes(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        testRows: Int = 0,
        threads: Int
    ) throws -> Int {
        let task = try LearningTask(network, options, on: data)
        return try TrainingMemory(task, options, threads: threads).bytes(data: data, testRows: testRows)
    }
}
