/// Runs batches on a team of replicas: each micro-batch forward, and backward where it trains, then the update.
///
/// Between two calls nothing runs, so the caller may read and write the weights.
final class BatchRunner {
    private let work: BatchWork
    private let team: ReplicaTeam

    /// A runner on `threads` replicas, the calling thread's included.
    init(_ task: LearningTask, state: WeightState, cut: MicroBatches, batchSize: Int, threads: Int) {
        work = BatchWork(task, state: state, cut: cut, batchSize: batchSize, threads: threads)
        team = ReplicaTeam(threads: threads, work: work)
    }

    /// The bytes of all that it holds: arenas, gradients and the replicas' own memory.
    var bytes: Int { work.bytes }

    /// Has a closure be told of every micro-batch that has run, as `BatchWork.observe` says.
    func observe(_ body: @escaping (Range<Int>, BoundStep, UnsafePointer<Float>) -> Void) { work.observe = body }

    /// Has the batches be run together with other ranks from now on; nil for alone.
    func join(_ group: (any RankGroup)?) { work.ranks = group.map(RankSum.init) }

    /// Has rows, or steps, of each class count so much from now on.
    func use(_ classTable: [Float]) { work.classTable = classTable }

    /// Runs a batch and adds its losses and metrics to `sums`.
    ///
    /// - Parameters:
    ///   - indices: The rows of the batch, no more than the batch size.
    ///   - data: Where they come from.
    ///   - size: Their size; nil where all rows have one.
    ///   - purpose: Whether gradients are needed.
    ///   - key: The random key of the step.
    ///   - sums: Where the rows' losses and metrics are added.
    /// - Returns: The batch's loss.
    /// - Throws: What kept a row from being read, `TrainingError` for a target that the loss doesn't take, or what kept
    ///   a plan from being compiled.
    func run(
        _ indices: UnsafeBufferPointer<Int>,
        of data: any TrainingData,
        size: BatchSize?,
        purpose: StepPlan.Purpose,
        key: RandomKey,
        sums: inout RowSums
    ) throws -> Double {
        let shape = try work.begin(indices, of: data, size: size, purpose: purpose, key: key)
        for segment in 0..<shape.segments {
            try work.beginSegment(segment)
            team.run(count: shape.parts)
            try work.checkForFailure()
        }
        try work.meet()
        return work.finish(sums: &sums)
    }

    /// The gradients of the batch that was run last, before they are clipped; valid until the update.
    var gradients: UnsafePointer<Float> { UnsafePointer(work.gradients) }

    /// The 2-norm of the gradient of the batch that was run last.
    var gradientNorm: Double { work.gradientNorm }

    /// The weight whose gradient of the batch that was run last isn't finite, the last of them in the order of the
    /// layers, and the first such number of it; nil where all are.
    func findFaultyGradient() -> (weight: String, value: Float)? {
        work.beginInspection()
        team.run(count: work.state.spans.count)
        return work.finishInspection()
    }

    /// Moves the weights by the gradient of the batch that was run last.
    func update() {
        work.beginUpdate()
        team.run(count: work.state.spans.count)
    }
}
