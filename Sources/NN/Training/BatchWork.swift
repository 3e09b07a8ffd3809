import Synchronization

/// What the tasks of a batch and of an update read and write.
///
/// The caller's thread sets it up between rounds; within a round a task writes its own results and its replica's memory
/// alone. Where the micro-batches of a batch don't wait for one another, each thread has one replica and runs whole
/// micro-batches in it. Where they add up something in between, as batch normalization does, each micro-batch has a
/// replica of its own, and a round runs one segment of all of them.
///
/// Where several ranks train together, each runs the micro-batches of its block, and they meet between segments and at
/// the end of a batch.
final class BatchWork: ReplicaWork {
    /// The weights and the optimizer.
    let state: WeightState

    private let task: LearningTask
    private let cut: MicroBatches
    private let threads: Int
    private var replicas: [Replica]
    private let gradientSum: GradientSum
    private var plans: StepPlans
    private let faultyParts = Atomic<Int>(0)
    private let failure = Mutex<(part: Int, error: any Error)?>(nil)

    /// Each micro-batch's loss, then what its metrics add up.
    private let results: UnsafeMutableBufferPointer<Double>

    /// How much each class counts while training, where that is another than the task says.
    var classTable: [Float]?

    /// What the ranks add up together; nil where there are no others.
    var ranks: RankSum?
    /// Which micro-batches of the batch are this rank's: all where there are no others.
    private var blocks = RankBlocks(parts: 1, rank: 0, count: 1)
    /// What the ranks gather between two segments, micro-batch after micro-batch.
    private var gathered = FloatBuffer(count: 0)

    /// Told of each micro-batch that has run: which rows of the batch it has, what came of them, and their targets; by
    /// several threads at a time.
    var observe: ((Range<Int>, BoundStep, UnsafePointer<Float>) -> Void)?

    private var indices = UnsafeBufferPointer<Int>(start: nil, count: 0)
    private var data: any TrainingData = EmptyData()
    private var key = RandomKey(seed: 0)
    private var phase = Phase.idle
    /// Counts batches: the weights don't change within one.
    private var generation = 0
    /// The plan of every micro-batch of the batch but the last, and the last one's, which may have fewer rows.
    private var batch: (first: StepPlan, last: StepPlan)?

    /// What the tasks of a round are.
    private enum Phase {
        /// Nothing.
        case idle
        /// One segment of the micro-batches.
        case segment(Int)
        /// A look for what isn't finite in parts of these gradients.
        case inspection(UnsafePointer<Float>)
        /// Parts of an update by these gradients.
        case update(UnsafePointer<Float>)
    }

    init(_ task: LearningTask, state: WeightState, cut: MicroBatches, batchSize: Int, threads: Int) {
        self.task = task
        self.state = state
        self.cut = cut
        self.threads = threads
        plans = StepPlans(task, rows: cut.size)
        replicas = (0..<threads).map { _ in Replica(task, rows: cut.size, weights: state.weights.pointer) }
        gradientSum = GradientSum(count: task.layout.count)
        results = .allocate(capacity: cut.count(of: batchSize) * (1 + task.metrics.sumCount))
        results.initialize(repeating: 0)
    }

    deinit { results.deallocate() }

    /// The bytes of arenas, gradients and the replicas' own memory.
    var bytes: Int {
        gradientSum.bytes + plans.prologueBytes + replicas.reduce(0) { $0 + $1.bytes } + (ranks?.bytes ?? 0)
            + gathered.count * MemoryLayout<Float>.stride
    }

    /// Prepares a batch; tells how many micro-batches are to be run here and how many rounds each takes.
    func begin(
        _ indices: UnsafeBufferPointer<Int>,
        of data: any TrainingData,
        size: BatchSize?,
        purpose: StepPlan.Purpose,
        key: RandomKey
    ) throws -> (parts: Int, segments: Int) {
        let parts = cut.count(of: indices.count)
        blocks = ranks?.blocks(parts: parts) ?? RankBlocks(parts: parts, rank: 0, count: 1)
        func plan(ofPart part: Int) throws -> StepPlan {
            try plans.plan(
                task,
                size,
                rows: cut.range(of: part, in: indices.count).count,
                of: indices.count,
                purpose,
                weights: state.weights.pointer
            ) { number in for replica in replicas { replica.release(number) } }
        }
        let first = try plan(ofPart: 0)
        let last = try plan(ofPart: parts - 1)
        batch = (first, last)
        bind(first, last)
        generation += 1
        plans.prologue(of: first).prepare(for: generation)
        plans.prologue(of: last).prepare(for: generation)
        (self.indices, self.data, self.key) = (indices, data, key)
        if purpose == .training, !isWhole { gradientSum.begin(leaves: blocks.run.count) }
        return (blocks.run.count, first.plan.segments)
    }

    private func bind(_ first: StepPlan, _ last: StepPlan) {
        guard first.needsReplicaPerPart else {
            for replica in replicas.prefix(threads) {
                replica.bind(first, sharing: plans.prologue(of: first))
                replica.bind(last, sharing: plans.prologue(of: last))
            }
            return
        }
        while replicas.count < blocks.run.count {
            replicas.append(Replica(task, rows: cut.size, weights: state.weights.pointer))
        }
        for (replica, part) in zip(replicas, blocks.run) {
            let plan = part == blocks.parts - 1 ? last : first
            replica.bind(plan, sharing: plans.prologue(of: plan))
        }
    }

    /// Prepares a round; before a later segment, adds up what the one before it gave to be added.
    ///
    /// - Throws: Where a rank is lost.
    func beginSegment(_ segment: Int) throws {
        phase = .segment(segment)
        guard segment > 0, let batch else { return }
        func exchange(_ place: Int) -> PlanRun.Exchange {
            let isLast = blocks.run.lowerBound + place == blocks.parts - 1
            return replicas[place].bound(isLast ? batch.last : batch.first).run.exchanges[segment - 1]
        }
        let places = blocks.run.count
        let (sum, count) = (exchange(0).target, exchange(0).count)
        // In the order of the micro-batches, into the first one's place, from which the others copy.
        func add(_ parts: Int, _ source: (Int) -> UnsafePointer<Float>) {
            sum.update(from: source(0), count: count)
            for part in 1..<max(parts, 1) {
                let source = source(part)
                for i in 0..<count { sum[i] += source[i] }
            }
        }
        if let ranks, blocks.count > 1 {
            if gathered.count < blocks.parts * count { gathered = FloatBuffer(count: blocks.parts * count) }
            let all = gathered.pointer
            for (place, part) in blocks.own.enumerated() {
                (all + part * count).update(from: exchange(place).source, count: count)
            }
            try ranks.gather(all, stride: count, blocks)
            add(blocks.parts) { part in UnsafePointer(all + part * count) }
        } else {
            add(places) { place in UnsafePointer(exchange(place).source) }
        }
        for place in 1..<max(places, 1) { exchange(place).target.update(from: sum, count: count) }
    }

    /// Ends a batch's last round: what it came to in all ranks is added up and known to each.
    ///
    /// - Throws: Where a rank is lost.
    func meet() throws {
        guard let ranks, blocks.count > 1, let batch else { return }
        if batch.first.purpose == .training { try ranks.add(gradients, count: task.layout.count, blocks) }
        guard let results = results.baseAddress else { return }
        try ranks.gather(results, stride: place(1), blocks)
    }

    /// Throws what kept the first micro-batch that failed from being run.
    func checkForFailure() throws {
        let found = failure.withLock { failure in
            defer { failure = nil }
            return failure?.error
        }
        if let found { throw found }
    }

    /// Adds up what a batch came to, in the order of the micro-batches, whichever thread ran them; gives the loss.
    func finish(sums: inout RowSums) -> Double {
        var loss = 0.0
        for part in 0..<blocks.parts {
            loss += results[place(part)]
            for metric in sums.metrics.indices { sums.metrics[metric] += results[place(part) + 1 + metric] }
        }
        sums.loss += loss * Double(indices.count)
        sums.rows += indices.count
        return loss
    }

    /// The gradients of the batch that was run last.
    var gradients: UnsafeMutablePointer<Float> { isWhole ? replicas[0].gradients.pointer : gradientSum.sum }

    /// Prepares a look at the gradients of the batch that was run last.
    func beginInspection() {
        faultyParts.store(0, ordering: .relaxed)
        phase = .inspection(UnsafePointer(gradients))
    }

    /// The 2-norm of the gradients of the batch that was run last.
    var gradientNorm: Double { task.layout.trainableNorm(of: gradients) }

    /// The weight whose gradient isn't finite, the last of them in the order of the layers, and the first such number of
    /// it; nil where all are.
    ///
    /// The backward pass goes from the last layer to the first, so that is where it first went wrong.
    func finishInspection() -> (weight: String, value: Float)? {
        guard faultyParts.load(ordering: .relaxed) > 0 else { return nil }
        for entry in task.layout.entries.reversed() where entry.trainable {
            let numbers = UnsafeBufferPointer(start: gradients + entry.offset, count: entry.shape.volume)
            if let value = numbers.first(where: { !$0.isFinite }) { return (entry.name, value) }
        }
        return nil
    }

    /// Prepares the update by the gradients of the batch that was run last.
    func beginUpdate() {
        guard let batch, batch.first.purpose == .training else {
            preconditionFailure("an update needs the gradients of a batch")
        }
        // What a layer gives its weights it gives them before they move, the same in every micro-batch.
        let isLast = blocks.run.lowerBound == blocks.parts - 1
        replicas[0].bound(isLast ? batch.last : batch.first).copyUpdates(to: state.weights.pointer)
        state.beginUpdate(gradients)
        phase = .update(UnsafePointer(gradients))
    }

    /// Whether one micro-batch is run here, whose gradient is the sum.
    private var isWhole: Bool { blocks.run.count == 1 }

    /// Runs a part of the round.
    func perform(_ number: Int, replica: Int) {
        switch phase {
        case .idle: break
        case .segment(let segment): run(number, segment: segment, thread: replica)
        case .inspection(let gradients):
            if !state.isFinite(span: number, gradients: gradients) { faultyParts.add(1, ordering: .relaxed) }
        case .update(let gradients): state.update(span: number, gradients: gradients)
        }
    }

    private func run(_ place: Int, segment: Int, thread: Int) {
        guard let batch else { return }
        let part = blocks.run.lowerBound + place
        let range = cut.range(of: part, in: indices.count)
        let isLast = range.upperBound == indices.count
        let plan = isLast ? batch.last : batch.first
        let replica = replicas[plan.needsReplicaPerPart ? place : thread]
        let step = replica.bound(plan)
        do {
            if segment == 0 {
                try replica.load(
                    UnsafeBufferPointer(rebasing: indices[range]),
                    of: data,
                    for: plan,
                    share: 1 / Float(indices.count),
                    weights: plan.purpose == .training ? classWeights(of: plan) : nil,
                    key: key.child(part),
                    draw: plan.purpose == .training ? key.word : nil
                )
            }
            step.run.run(segment: segment)
            if segment == plan.plan.segments - 1 {
                finish(part, step, plan.task, on: replica, rows: range.count)
                observe?(range, step, replica.lastTargets)
            }
        } catch {
            failure.withLock { failure in
                if part <= failure?.part ?? part { failure = (part, error) }
            }
        }
    }

    private func classWeights(of plan: StepPlan) -> ClassWeights.Rule? {
        guard var rule = plan.task.classWeights else { return nil }
        if let classTable { rule.table = classTable }
        return rule
    }

    private func finish(_ part: Int, _ step: BoundStep, _ task: LearningTask, on replica: Replica, rows: Int) {
        guard let start = results.baseAddress.map({ $0 + place(part) }) else { return }
        start.update(repeating: 0, count: 1 + task.metrics.sumCount)
        start.pointee = Double(step.loss.pointee)
        var sums = start + 1
        for named in task.metrics {
            named.add(
                predictions: step.prediction,
                targets: replica.lastTargets,
                masks: step.masks,
                rows: rows,
                to: sums
            )
            sums += named.sumCount
        }
        if step.purpose == .training, !isWhole {
            gradientSum.add(UnsafePointer(replica.gradients.pointer), leaf: part - blocks.run.lowerBound)
        }
    }

    private func place(_ part: Int) -> Int { part * (1 + task.metrics.sumCount) }
}

/// No rows, which stands for data before there is any.
private struct EmptyData: TrainingData {
    let rows = 0
    let inputShape: Shape = []
    let target = TargetDescription.values(shape: [])

    func gather(
        _ indices: UnsafeBufferPointer<Int>,
        inputs: UnsafeMutablePointer<Float>,
        targets: UnsafeMutablePointer<Float>
    ) {}
}
