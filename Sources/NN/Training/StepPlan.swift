/// The compiled forward pass of one micro-batch with its loss, and the backward pass where it trains.
///
/// The loss is `Σ wᵢ·lossᵢ` over the rows of the micro-batch with `wᵢ = 1/B`, B the rows of the whole batch, so the
/// losses and gradients of a batch's micro-batches add up to those of the batch.
struct StepPlan: Sendable {
    /// What the plan is for.
    enum Purpose: Sendable {
        /// Loss, prediction and gradients, with dropout and its like at work.
        case training
        /// Loss and prediction as the network answers.
        case evaluation
        /// The same, with each row's loss and all masks.
        case scoring
    }

    /// The plan's number among those of a run.
    let number: Int
    /// What it is for.
    let purpose: Purpose
    /// The compiled graph.
    let plan: Plan
    /// What is learned, for rows of the plan's size.
    let task: LearningTask
    /// The size of its rows; nil where all rows have one.
    let size: BatchSize?
    /// The inputs for each of which a row tells the steps that count.
    let sequences: [Int]

    /// How many rows it takes.
    let rows: Int
    private let batchRows: Int
    /// Whether the plan of a micro-batch is another one in a batch of other size.
    let dependsOnBatchRows: Bool

    private let input: Value
    private let target: Value
    private let share: Value
    private let stepWeights: Value?
    private let key: Value
    private let parameters: [Value]
    private let gradients: [(offset: Int, value: Value)]
    private let updates: [(offset: Int, count: Int, value: Value)]
    private let prediction: Value
    private let masks: [Value?]
    private let loss: Value
    /// Each output's loss of each row, where it is asked for.
    private let rowLosses: [Value]

    /// Compiles the step of a network for micro-batches of `rows` rows of a size in batches of `batchRows`.
    init(
        _ whole: LearningTask,
        size: BatchSize? = nil,
        rows: Int,
        of batchRows: Int,
        number: Int,
        purpose: Purpose
    ) throws {
        let task = try whole.resized(to: size)
        var graph = Graph()
        input = try graph.input("x", shape: task.network.inputShape.batched(rows))
        target = try graph.input("y", shape: task.target.shape.batched(rows))
        share = try graph.input("share", shape: [rows])
        stepWeights = try task.weighedSteps(purpose).map { steps throws(ShapeError) in
            try graph.input("step weights", shape: steps.batched(rows))
        }
        key = try graph.input("key", shape: [4])
        var parameters: [Value] = []
        for entry in task.layout.entries { parameters.append(try graph.input(entry.name, shape: entry.shape)) }
        let applied = try task.network.append(
            to: &graph,
            input: input,
            parameters: parameters,
            mode: purpose == .training
                ? .training(key: key, batchRows: batchRows) : .evaluation(batchRows: batchRows)
        )
        let scored = try task.appendLoss(
            to: &graph,
            applied,
            target: target,
            share: share,
            stepWeights: stepWeights,
            batchRows: batchRows
        )
        var loss = scored.loss
        if let penalty = applied.penalty { loss = try graph.add(loss, penalty) }
        var gradients: [(Int, Value)] = []
        if purpose == .training {
            let trained = task.layout.entries.indices.filter { task.layout.entries[$0].trainable }
            let values = try graph.gradients(of: loss, withRespectTo: trained.map { parameters[$0] })
            var taken = Set<Value>()
            for (index, value) in zip(trained, values) {
                // Two weights may share a gradient, but each needs its own place in the flat buffer.
                let own = taken.insert(value).inserted ? value : try graph.scale(value, by: 1)
                gradients.append((task.layout.entries[index].offset, own))
            }
        }
        updates = applied.updates.map { update in
            let entry = task.layout.entries[update.parameter]
            return (entry.offset, entry.shape.volume, update.value)
        }
        // Several results may share a mask.
        let readsMasks = purpose == .scoring || task.metrics.contains { $0.part?.readsMask == true }
        let masks = readsMasks ? scored.masks : scored.masks.map { _ in nil }
        rowLosses = purpose == .scoring ? scored.rows : []
        var ownMasks: [Value] = []
        for case let mask? in masks where !ownMasks.contains(mask) { ownMasks.append(mask) }
        plan = try Plan(
            graph,
            outputs: [loss, scored.prediction] + ownMasks + rowLosses + updates.map(\.value),
            external: gradients.map { $0.1 },
            steady: parameters,
            precision: purpose == .training ? task.precision : .float32
        )
        dependsOnBatchRows = plan.segments > 1 || applied.penalty != nil || task.outputs.count > 1
        (self.task, self.size) = (task, size)
        sequences = size?.isPadded == true ? task.sizing?.rows.sequences ?? [] : []
        self.number = number
        self.purpose = purpose
        self.rows = rows
        self.batchRows = batchRows
        self.parameters = parameters
        self.gradients = gradients
        self.loss = loss
        prediction = scored.prediction
        self.masks = masks
    }

    /// Whether this is the plan for so many rows of a size, of a batch of so many.
    func serves(_ size: BatchSize?, rows: Int, of batchRows: Int, _ purpose: Purpose) -> Bool {
        self.purpose == purpose && self.size == size && self.rows == rows
            && (self.batchRows == batchRows || !dependsOnBatchRows)
    }

    /// How many numbers its rows' inputs have.
    var volume: Int { rows * task.network.inputShape.volume }

    /// Whether what a micro-batch computed must be there until the whole batch is done.
    var needsReplicaPerPart: Bool { plan.segments > 1 || !updates.isEmpty }

    /// Memory that a run of the plan reads and writes.
    struct Memory {
        /// The micro-batch's inputs.
        let inputs: UnsafeMutablePointer<Float>
        /// The micro-batch's targets.
        let targets: UnsafeMutablePointer<Float>
        /// Each row's share of the loss.
        let shares: UnsafeMutablePointer<Float>
        /// What each step's loss counts, where steps count differently.
        let stepWeights: UnsafeMutablePointer<Float>
        /// The four numbers of the random key.
        let key: UnsafeMutablePointer<Float>
        /// The flat buffer of weights.
        let weights: UnsafeMutablePointer<Float>
        /// The flat buffer that the gradients are written to.
        let gradients: UnsafeMutablePointer<Float>
    }

    /// What follows from the weights alone, for the runs of all replicas.
    func makePrologue(weights: UnsafeMutablePointer<Float>, layout: ParameterLayout) -> PlanPrologue {
        let places = zip(parameters, layout.entries.map { weights + $0.offset })
        return plan.makePrologue(Dictionary(uniqueKeysWithValues: places))
    }

    /// A run of the plan on memory that outlives it.
    func makeRun(_ memory: Memory, layout: ParameterLayout, sharing prologue: PlanPrologue) -> BoundStep {
        var pointers: [Value: UnsafeMutablePointer<Float>] = [
            input: memory.inputs, target: memory.targets, share: memory.shares, key: memory.key,
        ]
        if let stepWeights { pointers[stepWeights] = memory.stepWeights }
        for (entry, value) in zip(layout.entries, parameters) { pointers[value] = memory.weights + entry.offset }
        for (offset, value) in gradients { pointers[value] = memory.gradients + offset }
        let run = plan.makeRun(pointers, sharing: prologue)
        return BoundStep(
            purpose: purpose,
            run: run,
            arenaBytes: plan.arenaBytes,
            loss: UnsafePointer(run.pointer(to: loss)),
            prediction: UnsafePointer(run.pointer(to: prediction)),
            masks: masks.map { mask in mask.map { UnsafePointer(run.pointer(to: $0)) } },
            rowLosses: rowLosses.map { UnsafePointer(run.pointer(to: $0)) },
            updates: updates.map { ($0.offset, $0.count, UnsafePointer(run.pointer(to: $0.value))) }
        )
    }
}

/// A step bound to the memory of one replica.
struct BoundStep {
    /// What it is for.
    let purpose: StepPlan.Purpose
    /// What runs it.
    let run: PlanRun
    /// The bytes of the run's arena.
    let arenaBytes: Int
    /// The micro-batch's share of the batch's loss, after a run.
    let loss: UnsafePointer<Float>
    /// The network's results, row after row, after a run.
    let prediction: UnsafePointer<Float>
    /// Which steps of each output that is learned count, after a run; nil where all do, or no metric asks for it.
    let masks: [UnsafePointer<Float>?]
    /// The loss of each row, of each output that is learned, after a run that scores; else none.
    let rowLosses: [UnsafePointer<Float>]
    /// New values of weights that are updated without a gradient, after a run.
    fileprivate let updates: [(offset: Int, count: Int, value: UnsafePointer<Float>)]

    /// Gives the weights that are updated without a gradient the values that the last run computed.
    func copyUpdates(to weights: UnsafeMutablePointer<Float>) {
        for update in updates { (weights + update.offset).update(from: update.value, count: update.count) }
    }
}
