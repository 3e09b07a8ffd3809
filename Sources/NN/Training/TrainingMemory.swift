/// How much memory a run takes at most, told by its compiled plans without running it.
///
/// Counted is what is there when most is: weights and optimizer, each replica's gradients, inputs and arenas, and then
/// either a checkpoint's copy or, at the end, the weights on their way into the store. `MemoryPressureTests` holds it against
/// the resident memory of a server.
struct TrainingMemory {
    private let task: LearningTask
    private let options: TrainingOptions
    private let threads: Int
    private let batchSize: Int
    private let cut: MicroBatches

    /// What every run takes beside all that.
    private static let fixedBytes = 1 << 19

    init(_ task: LearningTask, _ options: TrainingOptions, threads: Int) {
        self.task = task
        self.options = options
        self.threads = threads
        batchSize = min(options.batchSize, task.trainingRows.count)
        cut = task.cut(of: batchSize)
    }

    /// The most bytes that the run takes at once.
    ///
    /// - Parameters:
    ///   - data: The rows to train on.
    ///   - testRows: How many rows are evaluated at the end.
    /// - Returns: The bytes.
    /// - Throws: What keeps a plan from being compiled.
    func bytes(data: any TrainingData, testRows: Int) throws -> Int {
        let weights = task.layout.count * MemoryLayout<Float>.stride
        let state = weights * (1 + options.optimizer.slots.count)
        var plans = try PlannedMemory(task, cut, purpose: .training, threads: threads)
        plans.count(task.trainingRows.count, batchSize)
        var bytes = plans.bytes
        var replicas = max(threads, plans.replicas)
        if let sized = task.sizing?.rows {
            // Of each size there is a plan to train and one to measure, as far as the run keeps them.
            let each = task.validationRows.isEmpty && testRows == 0 ? 1.0 : 2.0
            bytes = Int(Double(bytes) * max(1, min(Double(StepPlans.room), each * sized.relativeSizes.reduce(0, +))))
        } else if !task.validationRows.isEmpty || testRows > 0 {
            var plans = try PlannedMemory(task, cut, purpose: .evaluation, threads: threads)
            for rows in [task.validationRows.count, testRows] { plans.count(rows, batchSize) }
            bytes += plans.bytes
            replicas = max(replicas, plans.replicas)
        }
        let row = (task.network.inputShape.volume + task.target.shape.volume) * MemoryLayout<Float>.stride
        bytes += replicas * (weights + cut.size * row) + sums * weights
        bytes += (task.trainingRows.count + max(task.validationRows.count, testRows)) * MemoryLayout<Int>.stride
        // The best weights, and those that are compared with them.
        let kept = options.earlyStopping?.restoresBestWeights == true ? 2 * weights : 0
        return Self.fixedBytes + state + bytes + kept + max(state, endingBytes) + data.heldBytes
    }

    /// How many sums of gradients are unfinished at once, at most.
    private var sums: Int {
        let parts = cut.count(of: batchSize)
        guard parts > 1 else { return 0 }
        let levels = Int.bitWidth - (parts - 1).leadingZeroBitCount
        return min((parts + 1) / 2, levels + threads - 1)
    }

    /// What the end of a run takes: the weights as bytes and compressed, and what SQLite takes of the largest of them.
    private var endingBytes: Int {
        let all = task.layout.entries.map { $0.shape.volume * MemoryLayout<Float>.stride }
        return 2 * all.reduce(0, +) + 5 * (all.max() ?? 0) / 2
    }
}

/// The memory of the plans of one purpose, which a run compiles for every size of batch and of micro-batch that occurs.
private struct PlannedMemory {
    private let plan: StepPlan
    private let cut: MicroBatches
    private let threads: Int
    /// By replica, what of its plans it has memory for.
    private var bound: [Set<Size>] = []

    /// What tells a plan from the others.
    private struct Size: Hashable {
        let rows: Int
        /// 0 where the plan serves a part of any batch.
        let batchRows: Int
    }

    init(_ task: LearningTask, _ cut: MicroBatches, purpose: StepPlan.Purpose, threads: Int) throws {
        plan = try StepPlan(task, rows: cut.size, of: cut.size, number: 0, purpose: purpose)
        self.cut = cut
        self.threads = threads
    }

    /// How many replicas run the plans.
    var replicas: Int { bound.count }

    /// Counts the plans for a number of rows in batches, of which the last may be a smaller one.
    mutating func count(_ rows: Int, _ batchSize: Int) {
        for batch in Set([min(rows, batchSize), rows % batchSize]) where batch > 0 {
            let parts = cut.count(of: batch)
            let (first, last) = (size(of: 0, in: batch), size(of: parts - 1, in: batch))
            let replicas = plan.needsReplicaPerPart ? parts : min(threads, parts)
            while bound.count < replicas { bound.append([]) }
            for replica in 0..<replicas {
                if !plan.needsReplicaPerPart || replica < parts - 1 { bound[replica].insert(first) }
                if !plan.needsReplicaPerPart || replica == parts - 1 { bound[replica].insert(last) }
            }
        }
    }

    private func size(of part: Int, in batch: Int) -> Size {
        Size(rows: cut.range(of: part, in: batch).count, batchRows: plan.dependsOnBatchRows ? batch : 0)
    }

    /// What a step takes of a plan's own: its kernel, with the code that oneDNN makes for it.
    private static let stepBytes = 1 << 14

    /// The bytes of the replicas' arenas, which grow with the rows of a plan, and of what they share.
    var bytes: Int {
        let each = plan.plan.prologueBytes + plan.plan.steplist.count * Self.stepBytes
        let shared = bound.reduce(into: Set<Size>()) { $0.formUnion($1) }.count * each
        let rows = bound.reduce(0) { $0 + $1.reduce(0) { $0 + $1.rows } }
        return shared + rows * plan.plan.arenaBytes / cut.size
    }
}
