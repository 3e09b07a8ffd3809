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
    }

    /// The rows of the micro-batch.
    let rows: Int
    /// The compiled graph.
    let plan: Plan

    private let input: Value
    private let target: Value
    private let share: Value
    private let key: Value
    private let parameters: [Value]
    private let gradients: [(offset: Int, value: Value)]
    private let prediction: Value
    private let loss: Value

    /// Compiles the step of a network for micro-batches of `rows` rows.
    init(
        _ task: LearningTask,
        rows: Int,
        purpose: Purpose
    ) throws {
        var graph = Graph()
        input = try graph.input("x", shape: task.network.inputShape.batched(rows))
        target = try graph.input("y", shape: task.target.shape.batched(rows))
        share = try graph.input("share", shape: [rows])
        key = try graph.input("key", shape: [4])
        var parameters: [Value] = []
        for entry in task.layout.entries { parameters.append(try graph.input(entry.name, shape: entry.shape)) }
        let applied = try task.network.append(
            to: &graph,
            input: input,
            parameters: parameters,
            mode: purpose == .training ? .training(key: key, batchRows: rows) : .inference
        )
        precondition(applied.updates.isEmpty, "no layer of the registry changes weights without a gradient")
        let losses = try task.loss.append(to: &graph, prediction: applied, target: target)
        let loss = try graph.sum(graph.multiply(losses, share), axes: [0])
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
        plan = try Plan(graph, outputs: [loss, applied.output], external: gradients.map { $0.1 })
        precondition(
            !plan.steps.contains { if case .exchange = $0.work { true } else { false } },
            "micro-batches run by themselves; sums over replicas between their segments are not made yet"
        )
        self.rows = rows
        self.parameters = parameters
        self.gradients = gradients
        self.loss = loss
        prediction = applied.output
    }

    /// Memory that a run of the plan reads and writes.
    struct Memory {
        /// The micro-batch's inputs.
        let inputs: UnsafeMutablePointer<Float>
        /// The micro-batch's targets.
        let targets: UnsafeMutablePointer<Float>
        /// Each row's share of the loss.
        let shares: UnsafeMutablePointer<Float>
        /// The four numbers of the random key.
        let key: UnsafeMutablePointer<Float>
        /// The flat buffer of weights.
        let weights: UnsafeMutablePointer<Float>
        /// The flat buffer that the gradients are written to.
        let gradients: UnsafeMutablePointer<Float>
    }

    /// A run of the plan on memory that outlives it.
    func makeRun(_ memory: Memory, layout: ParameterLayout) -> BoundStep {
        var pointers: [Value: UnsafeMutablePointer<Float>] = [
            input: memory.inputs, target: memory.targets, share: memory.shares, key: memory.key,
        ]
        for (entry, value) in zip(layout.entries, parameters) { pointers[value] = memory.weights + entry.offset }
        for (offset, value) in gradients { pointers[value] = memory.gradients + offset }
        let run = plan.makeRun(pointers)
        return BoundStep(
            rows: rows,
            run: run,
            loss: UnsafePointer(run.pointer(to: loss)),
            prediction: UnsafePointer(run.pointer(to: prediction))
        )
    }
}

/// A step bound to the memory of one replica.
struct BoundStep {
    /// The rows of the micro-batch.
    let rows: Int
    /// What runs it.
    let run: PlanRun
    /// The micro-batch's share of the batch's loss, after a run.
    let loss: UnsafePointer<Float>
    /// The network's results, row after row, after a run.
    let prediction: UnsafePointer<Float>
}
