/// The memory and the bound plans with which one thread runs micro-batches.
final class Replica {
    /// Where the gradients of the last micro-batch lie, in the layout of the weights.
    let gradients: FloatBuffer

    private var inputs: FloatBuffer
    private var targets: FloatBuffer
    private let shares: FloatBuffer
    private var stepWeights: FloatBuffer
    private let key: FloatBuffer
    private let weights: UnsafeMutablePointer<Float>
    private let layout: ParameterLayout
    /// The bound plans, by their number.
    private var steps: [Int: BoundStep] = [:]

    /// A replica for micro-batches of up to `rows` rows, which reads the weights where they lie.
    init(_ task: LearningTask, rows: Int, weights: UnsafeMutablePointer<Float>) {
        inputs = FloatBuffer(count: rows * task.network.inputShape.volume)
        targets = FloatBuffer(count: rows * task.target.shape.volume)
        shares = FloatBuffer(count: rows)
        stepWeights = FloatBuffer(count: rows * (task.weighedSteps(.training)?.volume ?? 0))
        key = FloatBuffer(count: 4)
        gradients = FloatBuffer(count: task.layout.count)
        layout = task.layout
        self.weights = weights
    }

    /// Binds a plan to this replica's memory, where it isn't yet.
    func bind(_ plan: StepPlan, sharing prologue: PlanPrologue) {
        guard steps[plan.number] == nil else { return }
        makeRoom(for: plan)
        let memory = StepPlan.Memory(
            inputs: inputs.pointer,
            targets: targets.pointer,
            shares: shares.pointer,
            stepWeights: stepWeights.pointer,
            key: key.pointer,
            weights: weights,
            gradients: gradients.pointer
        )
        steps[plan.number] = plan.makeRun(memory, layout: layout, sharing: prologue)
    }

    /// Has memory for the rows of a plan, which may be larger than any before; what was bound to the old memory is bound
    /// anew when it is next needed.
    private func makeRoom(for plan: StepPlan) {
        let needed = (
            inputs: plan.rows * plan.task.network.inputShape.volume,
            targets: plan.rows * plan.task.target.shape.volume,
            steps: plan.rows * (plan.task.weighedSteps(.training)?.volume ?? 0)
        )
        guard needed.inputs > inputs.count || needed.targets > targets.count || needed.steps > stepWeights.count else {
            return
        }
        inputs = FloatBuffer(count: max(needed.inputs, inputs.count))
        targets = FloatBuffer(count: max(needed.targets, targets.count))
        stepWeights = FloatBuffer(count: max(needed.steps, stepWeights.count))
        steps = [:]
    }

    /// Lets go of a plan.
    func release(_ number: Int) { steps[number] = nil }

    /// A plan as it was bound here.
    func bound(_ plan: StepPlan) -> BoundStep {
        guard let step = steps[plan.number] else { preconditionFailure("plan \(plan.number) was not bound") }
        return step
    }

    /// Takes the rows of one micro-batch.
    ///
    /// They are copied here, by the thread that runs them next, into the cache of its core. A thread that gathers ahead
    /// would need a core, which a replica could have: 32 random images of 28×28 from main memory take 9 µs (the least of
    /// many on an AVX-512 EPYC), a hundredth of LeNet-5's step on them.
    ///
    /// - Parameters:
    ///   - indices: The rows of the data.
    ///   - data: Where they come from.
    ///   - plan: The plan that takes them.
    ///   - share: What each row's loss counts.
    ///   - classWeights: By what that, or what each step's counts, is multiplied for its class; nil for nothing.
    ///   - randomKey: The random key of the micro-batch.
    ///   - draw: What the preparation of rows that are trained on draws from; nil for rows that aren't.
    /// - Throws: What kept the rows from being read, or `TrainingError.badTarget`.
    func load(
        _ indices: UnsafeBufferPointer<Int>,
        of data: any TrainingData,
        for plan: StepPlan,
        share: Float,
        weights classWeights: ClassWeights.Rule?,
        key randomKey: RandomKey,
        draw: UInt64?
    ) throws {
        if let size = plan.size, data.sizes != nil {
            try data.gather(
                indices,
                as: size,
                masking: plan.sequences,
                draw: draw,
                inputs: inputs.pointer,
                targets: targets.pointer
            )
        } else if let draw {
            try data.gather(indices, draw: draw, inputs: inputs.pointer, targets: targets.pointer)
        } else {
            try data.gather(indices, inputs: inputs.pointer, targets: targets.pointer)
        }
        let task = plan.task
        try check(indices, task)
        shares.pointer.update(repeating: share, count: indices.count)
        stepWeights.pointer.update(repeating: 1, count: stepWeights.count)
        if data.isWeighted {
            if let steps = task.weightedSteps {
                try data.gatherWeights(indices, of: steps, weights: stepWeights.pointer)
            } else {
                try data.gatherWeights(indices, weights: shares.pointer)
                for row in 0..<indices.count { shares.pointer[row] *= share }
            }
        }
        if let classWeights {
            apply(classWeights, rows: indices.count, targetWidth: task.target.shape.volume)
        }
        randomKey.write(to: key.pointer)
    }

    /// Multiplies what rows or steps count by the weights of their classes.
    private func apply(_ classWeights: ClassWeights.Rule, rows: Int, targetWidth: Int) {
        guard classWeights.steps.rank > 0 else {
            for row in 0..<rows {
                shares.pointer[row] *= classWeights.weight(of: targets.pointer + row * targetWidth)
            }
            return
        }
        for step in 0..<rows * classWeights.steps.volume {
            stepWeights.pointer[step] *= classWeights.weight(of: targets.pointer + step * classWeights.width)
        }
    }

    /// Refuses a target that the loss doesn't take, before a kernel sees it.
    private func check(_ rows: UnsafeBufferPointer<Int>, _ task: LearningTask) throws {
        let targetWidth = task.target.shape.volume
        for output in task.outputs {
            let allowed = output.target.allowed
            for row in 0..<rows.count {
                let own = targets.pointer + row * targetWidth
                for place in output.targetRange where !allowed.contains(own[place]) {
                    throw TrainingError.badTarget(row: rows[row], found: own[place], allowed: allowed)
                }
                guard !output.target.isAligned else { continue }
                let labels = UnsafeBufferPointer(start: own, count: output.targetRange.upperBound)
                if let problem = output.target.misfit(ofLabels: labels[output.targetRange]) {
                    throw TrainingError.badLabels(row: rows[row], problem: problem)
                }
            }
        }
    }

    /// The targets of the last micro-batch, row after row.
    var lastTargets: UnsafePointer<Float> { UnsafePointer(targets.pointer) }

    /// The bytes of its memory and of the plans' arenas.
    var bytes: Int {
        let own =
            (inputs.count + targets.count + shares.count + stepWeights.count + gradients.count)
            * MemoryLayout<Float>.stride
        return own + steps.values.reduce(0) { $0 + $1.arenaBytes }
    }
}

extension TargetRule.Allowed {
    /// Whether a target may be this number.
    fileprivate func contains(_ number: Float) -> Bool {
        switch self {
        case .labels(let classes): number >= 0 && number < Float(classes) && number.rounded() == number
        case .anyNumber: number.isFinite
        case .fractions: number >= 0 && number <= 1
        }
    }
}
