/// The compiled plans of a run, by rows and size, of which those used most recently are kept.
struct StepPlans {
    private var entries: [Entry] = []
    /// Plans that there have been, and the times that one was asked for.
    private var (made, uses) = (0, 0)

    private struct Entry {
        let plan: StepPlan
        /// What follows from the weights alone.
        let prologue: PlanPrologue
        var lastUse: Int
    }

    /// How large all plans that are kept may be where rows differ in size, in micro-batches of the largest; what was let go
    /// of is compiled again.
    static let room = 8

    /// How many numbers the inputs of the plans that are kept may have.
    private let greatestVolume: Int

    /// No plans yet.
    ///
    /// - Parameters:
    ///   - task: What is learned, for rows of the largest size.
    ///   - rows: The rows of a micro-batch.
    init(_ task: LearningTask, rows: Int) {
        greatestVolume = task.sizing == nil ? .max : Self.room * rows * max(task.network.inputShape.volume, 1)
    }

    private var volume: Int { entries.reduce(0) { $0 + $1.plan.volume } }

    /// The bytes of what follows from the weights alone.
    var prologueBytes: Int { entries.reduce(0) { $0 + $1.plan.plan.prologueBytes } }

    /// The plan for so many rows of a size, compiled where it isn't there.
    ///
    /// - Parameters:
    ///   - task: What is learned.
    ///   - size: The rows' size; nil where all have one.
    ///   - rows: The rows of a micro-batch.
    ///   - batchRows: The rows of the batch.
    ///   - purpose: Whether gradients are needed.
    ///   - weights: The flat buffer of weights.
    ///   - release: Called with the number of a plan that is let go of.
    /// - Returns: The plan.
    /// - Throws: What keeps it from being compiled.
    mutating func plan(
        _ task: LearningTask,
        _ size: BatchSize?,
        rows: Int,
        of batchRows: Int,
        _ purpose: StepPlan.Purpose,
        weights: UnsafeMutablePointer<Float>,
        release: (Int) -> Void
    ) throws -> StepPlan {
        uses += 1
        if let place = entries.firstIndex(where: { $0.plan.serves(size, rows: rows, of: batchRows, purpose) }) {
            entries[place].lastUse = uses
            return entries[place].plan
        }
        let plan = try StepPlan(task, size: size, rows: rows, of: batchRows, number: made, purpose: purpose)
        made += 1
        // The plan before this one may be of the same batch.
        while entries.count > 1, volume + plan.volume > greatestVolume,
            let oldest = entries.indices.min(by: { entries[$0].lastUse < entries[$1].lastUse })
        {
            release(entries[oldest].plan.number)
            entries.remove(at: oldest)
        }
        entries.append(
            Entry(plan: plan, prologue: plan.makePrologue(weights: weights, layout: task.layout), lastUse: uses)
        )
        return plan
    }

    /// What follows from the weights alone for a plan that is kept.
    func prologue(of plan: StepPlan) -> PlanPrologue {
        guard let entry = entries.first(where: { $0.plan.number == plan.number }) else {
            preconditionFailure("plan \(plan.number) was let go of")
        }
        return entry.prologue
    }
}
