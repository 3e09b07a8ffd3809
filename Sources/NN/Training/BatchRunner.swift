import Synchronization

/// Runs batches on a team of replicas: each micro-batch forward, and backward where it trains, then the update.
///
/// Between two calls nothing runs, so the caller may read and write the weights.
final class BatchRunner {
    private let work: Work
    private let team: ReplicaTeam

    /// A runner on `threads` replicas, the calling thread's included.
    init(_ task: LearningTask, state: WeightState, cut: MicroBatches, batchSize: Int, threads: Int) {
        work = Work(task, state: state, cut: cut, batchSize: batchSize, threads: threads)
        team = ReplicaTeam(threads: threads, work: work)
    }

    /// The bytes of all that it holds: arenas, gradients and the replicas' own memory.
    var bytes: Int { work.bytes }

    /// Runs a batch and adds its losses and metrics to `sums`.
    ///
    /// - Parameters:
    ///   - indices: The rows of the batch, no more than the batch size.
    ///   - data: Where they come from.
    ///   - purpose: Whether gradients are needed.
    ///   - key: The random key of the step.
    ///   - sums: Where the rows' losses and metrics are added.
    /// - Returns: The batch's loss.
    /// - Throws: What kept a row from being read, `TrainingError` for a target that the loss doesn't take, or what kept
    ///   a plan from being compiled.
    func run(
        _ indices: UnsafeBufferPointer<Int>,
        of data: any TrainingData,
        purpose: StepPlan.Purpose,
        key: RandomKey,
        sums: inout RowSums
    ) throws -> Double {
        let count = try work.begin(indices, of: data, purpose: purpose, key: key)
        team.run(count: count)
        return try work.finish(count: count, sums: &sums)
    }

    /// Moves the weights by the gradient of the batch that was run last.
    func update() {
        work.beginUpdate()
        team.run(count: work.state.spans.count)
    }

    /// What the tasks read and write.
    ///
    /// The caller's thread sets it up between rounds; within a round a task writes its own results and its replica's
    /// memory alone.
    private final class Work: ReplicaWork {
        let state: WeightState

        private let task: LearningTask
        private let cut: MicroBatches
        private let replicas: [Replica]
        private let gradientSum: GradientSum
        private var plans: [(purpose: StepPlan.Purpose, plan: StepPlan)] = []
        private let failure = Mutex<(part: Int, error: any Error)?>(nil)

        /// Each micro-batch's loss, then each one's metrics.
        private let results: UnsafeMutableBufferPointer<Double>

        private var indices = UnsafeBufferPointer<Int>(start: nil, count: 0)
        private var data: any TrainingData = EmptyData()
        private var purpose = StepPlan.Purpose.training
        private var key = RandomKey(seed: 0)
        private var phase = Phase.batch

        /// What the tasks of a round are.
        private enum Phase {
            /// Micro-batches.
            case batch
            /// Parts of an update by these gradients.
            case update(UnsafePointer<Float>)
        }

        init(_ task: LearningTask, state: WeightState, cut: MicroBatches, batchSize: Int, threads: Int) {
            self.task = task
            self.state = state
            self.cut = cut
            replicas = (0..<threads).map { _ in Replica(task, rows: cut.size, weights: state.weights.pointer) }
            gradientSum = GradientSum(count: task.layout.count)
            results = .allocate(capacity: cut.count(of: batchSize) * (1 + task.metrics.count))
            results.initialize(repeating: 0)
        }

        deinit { results.deallocate() }

        var bytes: Int {
            let arenas = plans.reduce(0) { $0 + $1.plan.plan.arenaBytes } * replicas.count
            return arenas + gradientSum.bytes + replicas.reduce(0) { $0 + $1.bytes }
        }

        func begin(
            _ indices: UnsafeBufferPointer<Int>,
            of data: any TrainingData,
            purpose: StepPlan.Purpose,
            key: RandomKey
        ) throws -> Int {
            let count = cut.count(of: indices.count)
            try bindPlan(rows: cut.range(of: 0, in: indices.count).count, purpose: purpose)
            try bindPlan(rows: cut.range(of: count - 1, in: indices.count).count, purpose: purpose)
            (self.indices, self.data, self.purpose, self.key) = (indices, data, purpose, key)
            if purpose == .training, count > 1 { gradientSum.begin(leaves: count) }
            phase = .batch
            return count
        }

        private func bindPlan(rows: Int, purpose: StepPlan.Purpose) throws {
            if plans.contains(where: { $0.purpose == purpose && $0.plan.rows == rows }) { return }
            let plan = try StepPlan(task, rows: rows, purpose: purpose)
            plans.append((purpose, plan))
            for replica in replicas { replica.bind(plan, purpose: purpose) }
        }

        func finish(count: Int, sums: inout RowSums) throws -> Double {
            if let failure = failure.withLock({ failure in
                defer { failure = nil }
                return failure?.error
            }) {
                throw failure
            }
            // In the order of the micro-batches, whichever thread ran them.
            var loss = 0.0
            for part in 0..<count {
                loss += results[place(part)]
                for metric in sums.metrics.indices { sums.metrics[metric] += results[place(part) + 1 + metric] }
            }
            sums.loss += loss * Double(indices.count)
            sums.rows += indices.count
            return loss
        }

        func beginUpdate() {
            precondition(purpose == .training, "an update needs the gradients of a batch")
            let isWhole = indices.count <= cut.size
            phase = .update(isWhole ? UnsafePointer(replicas[0].gradients.pointer) : gradientSum.sum)
            state.updates += 1
        }

        func perform(_ number: Int, replica: Int) {
            switch phase {
            case .batch: runPart(number, on: replicas[replica])
            case .update(let gradients): state.update(span: number, gradients: gradients)
            }
        }

        private func runPart(_ part: Int, on replica: Replica) {
            let rows = UnsafeBufferPointer(rebasing: indices[cut.range(of: part, in: indices.count)])
            do {
                let step = try replica.run(
                    rows,
                    of: data,
                    share: 1 / Float(indices.count),
                    key: key.child(part),
                    purpose: purpose
                )
                results[place(part)] = Double(step.loss.pointee)
                for (place, named) in zip((place(part) + 1)..., task.metrics) {
                    results[place] = named.metric.sum(
                        predictions: step.prediction,
                        targets: replica.lastTargets,
                        rows: rows.count
                    )
                }
                if purpose == .training, indices.count > cut.size {
                    gradientSum.add(UnsafePointer(replica.gradients.pointer), leaf: part)
                }
            } catch {
                failure.withLock { failure in
                    if part <= failure?.part ?? part { failure = (part, error) }
                }
            }
        }

        private func place(_ part: Int) -> Int { part * (1 + task.metrics.count) }
    }
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
