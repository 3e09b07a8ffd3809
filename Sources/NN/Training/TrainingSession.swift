public import JSON

/// A training run: weights, optimizer state and position, moved step by step by whoever calls `run`.
///
/// The weights that come out follow from the model, the data, the options and the kernels of the machine, bit for bit;
/// neither the number of threads nor where the run was cut and resumed changes them. A session belongs to one thread at
/// a time, which takes part in the work.
public final class TrainingSession {
    /// Learns what has just happened and says what to do next.
    public typealias Observer = (TrainingSession, TrainingEvent) throws -> TrainingCommand

    /// How the network is trained.
    public let options: TrainingOptions
    /// What every finished epoch came to.
    public private(set) var history: [EpochRecord] = []

    let task: LearningTask
    let state: WeightState
    let data: any TrainingData
    /// The epochs that are over.
    private(set) var epoch = 0
    /// The steps of the next epoch that are done.
    private(set) var step = 0
    /// What the steps of the next epoch that are done came to.
    private(set) var sums: RowSums

    /// What the callbacks have seen.
    private(set) var callbacks = CallbackState()

    /// Where the run's numbers stopped being finite; nil where they haven't.
    public internal(set) var divergence: Divergence?
    /// Takes note of steps, where somebody asks for it.
    var recorder: StepRecorder?

    /// Those of the last step of the newest epoch whose steps are all done, where they are taken.
    private(set) var norms: EpochNorms?
    /// Takes norms, where somebody asks for them.
    var normTaker: NormTaker?

    let runner: BatchRunner
    let batchSize: Int
    private let root: RandomKey
    /// Whether layers learn from the training rows before the first step.
    private let adapts: Bool
    private let order: BatchOrder
    private var orderedEpoch: Int?
    private var pace = Pace()
    /// How long the epoch has taken that runs.
    private(set) var clock = EpochClock()
    private var isPrepared = false
    private var constraints: WeightConstraints?
    /// Says rows by itself, once that has been asked for.
    var freeRunner: FreeRunner?

    /// The ranks that train together; nil for this one alone.
    ///
    /// All have sessions of the same network, options, data and position. Each runs a part of every batch; what comes out
    /// has the bits of one session alone. What the observer of rank 0 asks for counts for all; the others' observers are
    /// told, and not asked. Where a rank is lost, `run` throws what the group threw, before a step has moved anything; it
    /// may be called again, with another group or alone.
    public var group: (any RankGroup)? {
        didSet { runner.join(group) }
    }

    /// What a key of the run is for; the numbers are part of what makes a run repeat.
    private enum KeyUse: Int {
        case order = 1
        case step = 2
    }

    /// A session before its first step.
    ///
    /// - Parameters:
    ///   - network: What is trained.
    ///   - options: How.
    ///   - data: The rows to train on, those of the validation split included.
    ///   - threads: How many threads take part, the one that calls `run` included.
    ///   - weights: The first weights, in the network's order; the network's own where there are none.
    ///   - adapts: Whether layers learn from the training rows before the first step, where the options don't say it.
    ///   - remembered: What an optimizer that the options' one can go on from remembers of these weights; nil for nothing.
    /// - Throws: `FaultyInput` where network, options and data don't fit together.
    public convenience init(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        threads: Int,
        weights: [Tensor]? = nil,
        adapts: Bool = true,
        remembered: OptimizerState? = nil
    ) throws(FaultyInput) {
        let task = try LearningTask(network, options, on: data)
        let first = weights ?? network.initialWeights()
        self.init(task, options, data, threads: threads, weights: first, adapts: adapts)
        guard let remembered, remembered.slots.count == options.optimizer.slots.count else { return }
        for (slot, tensors) in remembered.slots.enumerated() { state.loadSlot(slot, tensors) }
        state.updates = remembered.updates
    }

    /// A session that goes on where another was cut, to the same bits.
    ///
    /// - Parameters:
    ///   - network: The network that the other session trained.
    ///   - options: Its options.
    ///   - data: Its data.
    ///   - threads: How many threads take part; not necessarily as many as before.
    ///   - checkpoint: What `checkpoint()` gave.
    ///   - isFork: Whether the options may be others than that session's, as far as the optimizer's state can follow.
    ///   - adapts: As that session was told.
    /// - Throws: `FaultyInput` where network, options and data don't fit together; `TrainingError.badCheckpoint` where the
    ///   checkpoint is one of another run.
    public convenience init(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        threads: Int,
        resuming checkpoint: TrainingCheckpoint,
        isFork: Bool = false,
        adapts: Bool = true
    ) throws {
        let task = try LearningTask(network, options, on: data)
        let checkpoint = isFork ? try checkpoint.adapted(to: task, options) : checkpoint
        try checkpoint.check(task, options, rows: data.rows)
        self.init(task, options, data, threads: threads, weights: checkpoint.weights, adapts: adapts)
        for (slot, tensors) in checkpoint.slots.enumerated() { state.loadSlot(slot, tensors) }
        state.updates = checkpoint.updates
        callbacks = checkpoint.callbacks
        state.reducedRate = callbacks.reducedRate
        (epoch, step, history) = (checkpoint.epoch, checkpoint.step, checkpoint.history)
        sums = checkpoint.sums(for: task)
        norms = checkpoint.norms
        clock = EpochClock(seconds: checkpoint.seconds)
    }

    private init(
        _ task: LearningTask,
        _ options: TrainingOptions,
        _ data: any TrainingData,
        threads: Int,
        weights: [Tensor],
        adapts: Bool
    ) {
        self.task = task
        self.options = options
        self.data = data
        self.adapts = options.adapts ?? adapts
        state = WeightState(weights, layout: task.layout, optimizer: options.optimizer)
        batchSize = min(options.batchSize, task.trainingRows.count)
        root = RandomKey(seed: options.seed)
        runner = BatchRunner(
            task,
            state: state,
            cut: task.cut(of: batchSize),
            batchSize: batchSize,
            threads: threads
        )
        order = BatchOrder(of: task.trainingRows, task.sizing?.rows, batchSize: batchSize)
        sums = RowSums(task.metrics)
    }

    /// The weights as they are now, in the network's order.
    public var weights: [Tensor] { state.weights.tensors(layout: task.layout) }

    /// How many updates the optimizer has made.
    public var updates: Int { state.updates }

    /// What the optimizer remembers of the trained weights, under the names of a slot and a weight each, as in
    /// `momentum/dense/kernel`.
    public var remembered: [WeightsFile.Entry] {
        options.optimizer.slots.enumerated().flatMap { number, slot in
            zip(task.network.parameters, state.slotTensors(number)).filter(\.0.trainable).map { parameter, tensor in
                WeightsFile.Entry("\(slot)/\(parameter.name)", tensor)
            }
        }
    }

    /// Where the run stands, and how fast it goes.
    public var progress: TrainingProgress {
        let rate = pace.rowsPerSecond
        let epochDone = Double(order.rows(beforeBatch: step)) / Double(order.rows)
        let epochsLeft = isOver ? 0 : Double(options.epochs - epoch) - epochDone
        return TrainingProgress(
            epoch: isOver ? epoch : epoch + 1,
            epochs: options.epochs,
            step: isOver ? stepsPerEpoch : step,
            steps: stepsPerEpoch,
            samplesPerSecond: rate,
            etaSeconds: rate.map { _ in epochsLeft * secondsPerEpoch },
            measurements: sums.rows > 0 ? sums.means(task.metrics) : kept?.measurements ?? []
        )
    }

    /// The epoch whose weights the session holds once the run is over, and that of the last epoch before: the best one
    /// where early stopping restores its weights.
    public var kept: EpochRecord? {
        guard isOver, callbacks.stopping.bestWeights != nil else { return history.last }
        let watched = history.filter { $0.epoch > callbacks.stopping.since }
        return options.earlyStopping?.keptEpoch(of: watched, metrics: task.allMetrics) ?? history.last
    }

    /// The bytes of weights, optimizer state, gradients and arenas that the session holds.
    public var bytes: Int { state.bytes + runner.bytes + order.bytes + (normTaker?.bytes ?? 0) }

    /// The steps of one epoch.
    public var stepsPerEpoch: Int { order.count }

    /// The seconds that an epoch takes at the present pace, its validation included; 0 before the first step.
    var secondsPerEpoch: Double {
        guard let rate = pace.rowsPerSecond else { return 0 }
        // Before the first validation: a row that is only answered takes a third of one that is learned from.
        let validation = pace.secondsPerValidation ?? Double(task.validationRows.count) / rate / 3
        return Double(order.rows) / rate + validation
    }

    /// Starts measuring the pace anew.
    func forgetPace() { pace = Pace() }

    /// Trains until the last epoch is over, early stopping ends it, or the observer asks to stop.
    ///
    /// - Parameter observe: Called after every step, between the batches of a validation and after every epoch, with the session; it
    ///   may ask for `progress` or a `checkpoint()`, which cost nothing where they aren't asked for.
    /// - Returns: Why it came back; after `paused` it may be called again.
    /// - Throws: `TrainingError`, or what the data or the observer threw. The weights are those before the failed step.
    public func run(
        _ observe: Observer = { _, _ in .proceed }
    ) throws -> TrainingOutcome {
        // What comes before the first step each rank does by itself, and one that has done it doesn't do it again.
        if let outcome = try prepare(observe) { return outcome }
        guard let group else { return try runPrepared(observe) }
        return try runPrepared { session, event in
            let wish = try observe(session, event)
            return try TrainingCommand(agreed: group.agree(on: wish.byte))
        }
    }

    private func prepare(_ observe: Observer) throws -> TrainingOutcome? {
        guard !isPrepared else { return nil }
        if adapts, epoch == 0, step == 0, let outcome = try adapt(observe) { return outcome }
        if let outcome = try balanceClasses(observe) { return outcome }
        constraints = try WeightConstraints(task.network, layout: task.layout, weights: state.weights.pointer)
        isPrepared = true
        return nil
    }

    private func runPrepared(_ observe: Observer) throws -> TrainingOutcome {
        clock.go()
        defer { clock.rest() }
        while !isOver {
            while step < stepsPerEpoch {
                try takeStep()
                if let outcome = try observe(self, .step).outcome { return outcome }
            }
            if let outcome = try finishEpoch(observe) { return outcome }
        }
        state.finish()
        if let best = callbacks.stopping.bestWeights { state.weights.load(best, layout: task.layout) }
        return .finished
    }

    /// Whether the last epoch is over, or the one after which it was to be stopped.
    private var isOver: Bool { epoch >= options.epochs || callbacks.stopping.isOver }

    private func informCallbacks(of record: EpochRecord) {
        options.earlyStopping?.observe(record, &callbacks.stopping, metrics: task.allMetrics, weights: weights)
        guard let reduction = options.plateauReduction else { return }
        let rate = state.learningRate
        if let lower = reduction.observe(record, &callbacks.plateau, metrics: task.allMetrics, rate: rate) {
            callbacks.reducedRate = lower
            state.reducedRate = lower
        }
    }

    /// Validates and closes the epoch; gives an outcome where the observer asks to come back, before or after that.
    private func finishEpoch(_ observe: Observer) throws -> TrainingOutcome? {
        var measurements = sums.means(task.metrics)
        if !task.validationRows.isEmpty {
            let start = ContinuousClock.now
            let (held, outcome) = try evaluationSums(over: task.validationRows, of: data, task.sizing?.rows, observe)
            if let outcome { return outcome }
            guard held.loss.isFinite else { throw try validationFault(held.loss) }
            measurements += held.means(task.metrics, prefix: "val_")
            guard let said = try freeRun(over: task.validationRows, of: data, prefix: "val_", isRepeated: true, observe)
            else {
                return try observe(self, .step).outcome
            }
            measurements += said
            pace.secondsPerValidation = start.duration(to: .now).seconds
        }
        let record = EpochRecord(
            epoch: epoch + 1,
            measurements: measurements,
            learningRate: state.lastLearningRate,
            seconds: clock.lap()
        )
        history.append(record)
        sums = RowSums(task.metrics)
        epoch += 1
        step = 0
        informCallbacks(of: record)
        return try observe(self, .epoch(record)).outcome
    }

    /// What the network's answers come to over a range of rows; an outcome where the observer asks to come back.
    func evaluationSums(
        over rows: Range<Int>,
        of data: any TrainingData,
        _ sized: SizedRows?,
        _ observe: Observer
    ) throws -> (RowSums, TrainingOutcome?) {
        var sums = RowSums(task.metrics)
        let order = BatchOrder(of: rows, sized, batchSize: batchSize)
        for number in 0..<order.count {
            // The event after the last batch is the caller's.
            if number > 0, let outcome = try observe(self, .step).outcome { return (sums, outcome) }
            let (batch, size) = (order.rows(ofBatch: number), try order.size(ofBatch: number))
            _ = try runner.run(batch, of: data, size: size, purpose: .evaluation, key: root, sums: &sums)
        }
        return (sums, nil)
    }

    /// How many parts a whole batch has: more ranks than these have nothing to do.
    public var partsPerBatch: Int { task.cut(of: batchSize).count(of: batchSize) }

    /// The bytes of the gradient of the next batch's first part, by which ranks see whether they compute the same bits.
    ///
    /// Called where the session has no group; nothing is moved but what comes before the first step.
    ///
    /// - Parameter observe: As of `run`.
    /// - Returns: The bytes; nil where the observer asked to come back.
    /// - Throws: What kept a row from being read, a plan from being compiled, or what the observer threw.
    public func probe(_ observe: Observer = { _, _ in .proceed }) throws -> [UInt8]? {
        precondition(group == nil, "a probe is one rank's own")
        guard try prepare(observe) == nil else { return nil }
        orderRows()
        let number = min(step, stepsPerEpoch - 1)
        let (batch, size) = (order.rows(ofBatch: number), try order.size(ofBatch: number))
        let rows = UnsafeBufferPointer(rebasing: batch[task.cut(of: batchSize).range(of: 0, in: batch.count)])
        let key = root.child(KeyUse.step.rawValue).child(epoch).child(number)
        var sums = RowSums(task.metrics)
        _ = try runner.run(rows, of: data, size: size, purpose: .training, key: key, sums: &sums)
        return Array(UnsafeRawBufferPointer(UnsafeBufferPointer(start: runner.gradients, count: task.layout.count)))
    }

    private func orderRows() {
        guard orderedEpoch != epoch else { return }
        let key = options.shuffle ? root.child(KeyUse.order.rawValue).child(epoch) : nil
        order.fill(shuffledBy: key)
        orderedEpoch = epoch
    }

    private func takeStep() throws {
        let start = ContinuousClock.now
        orderRows()
        let (batch, size) = (order.rows(ofBatch: step), try order.size(ofBatch: step))
        let key = root.child(KeyUse.step.rawValue).child(epoch).child(step)
        let recorder = recorder.flatMap { $0.wants(epoch: epoch, step: step) ? $0 : nil }
        let weight = recorder.map { _ in task.layout.trainableNorm(of: state.weights.pointer) }
        let loss = try runner.run(batch, of: data, size: size, purpose: .training, key: key, sums: &sums)
        guard loss.isFinite else { throw try trainingFault(loss, batch, size, key: key) }
        if let found = runner.findFaultyGradient() { throw gradientFault(found.weight, found.value, batch) }
        if let recorder, let weight {
            let gradient = runner.gradientNorm
            recorder.add(StepRecord(epoch: epoch + 1, step: step + 1, loss: loss, gradient: gradient, weight: weight))
        }
        let normTaker = step == stepsPerEpoch - 1 ? normTaker : nil
        normTaker?.begin(weights: state.weights.pointer, gradients: runner.gradients)
        runner.update()
        constraints?.apply()
        if let normTaker { norms = normTaker.end(weights: state.weights.pointer) }
        step += 1
        pace.add(rows: batch.count, seconds: start.duration(to: .now))
    }
}
