/// What computes a model's answers; it owns the memory of its runs and belongs to one thread at a time.
public final class InferenceWorker {
    /// What it answers with.
    public let model: InferenceModel

    private let inputs: FloatBuffer
    private let inputWidth: Int
    private let outputWidth: Int
    private var runs: [Bound] = []

    /// A plan on the worker's memory.
    private struct Bound {
        let layout: BatchLayout
        let run: PlanRun
        let outputs: UnsafePointer<Float>
    }

    init(_ model: InferenceModel) {
        self.model = model
        inputWidth = model.plans.network.inputShape.volume
        outputWidth = model.plans.network.outputShape.volume
        inputs = FloatBuffer(count: model.plans.greatestBucket * inputWidth)
    }

    /// Answers rows; each gets the same bits whatever the others are and wherever it stands.
    ///
    /// - Parameters:
    ///   - rows: How many there are, any number.
    ///   - instances: Their inputs, row after row.
    ///   - predictions: Where the answers go, row after row.
    /// - Throws: What kept a plan from being compiled.
    public func predict(
        rows: Int,
        _ instances: UnsafeBufferPointer<Float>,
        into predictions: UnsafeMutableBufferPointer<Float>
    ) throws {
        precondition(instances.count == rows * inputWidth, "\(instances.count) numbers for \(rows) rows")
        guard let source = instances.baseAddress else { return }
        try predict(rows: rows, into: predictions) { rows, batch in
            batch.write(0..<rows.count) { numbers, target in
                let first = rows.lowerBound * inputWidth + numbers.lowerBound
                target.update(from: source + first, count: numbers.count)
            }
        }
    }

    /// Answers rows that lie anywhere; each gets the same bits whatever the others are and wherever it stands.
    ///
    /// - Parameters:
    ///   - rows: How many there are, any number.
    ///   - predictions: Where the answers go, row after row.
    ///   - gather: Writes the numbers of some rows, the first one's at place 0; called for one batch after the other.
    /// - Throws: What kept a plan from being compiled.
    public func predict(
        rows: Int,
        into predictions: UnsafeMutableBufferPointer<Float>,
        gathering gather: (_ rows: Range<Int>, _ batch: BatchRows) -> Void
    ) throws {
        precondition(predictions.count == rows * outputWidth, "room for \(predictions.count) numbers of \(rows) rows")
        guard let target = predictions.baseAddress else { return }
        let greatest = model.plans.greatestBucket
        for begin in stride(from: 0, to: rows, by: greatest) {
            let count = min(greatest, rows - begin)
            let step = try run(for: count)
            gather(begin..<begin + count, BatchRows(layout: step.layout, numbers: inputs.pointer))
            // What an earlier batch left could be infinite, and slow or trap in a kernel.
            step.layout.clear(count..<step.layout.rows, of: inputs.pointer)
            step.run.run()
            (target + begin * outputWidth).update(from: step.outputs, count: count * outputWidth)
        }
    }

    /// Answers rows of one tensor, `[rows]` and the network's input shape.
    public func predict(_ instances: Tensor) throws -> Tensor {
        let network = model.plans.network
        let rows = instances.shape.rank == 0 ? 0 : instances.shape[0]
        precondition(instances.shape == network.inputShape.batched(rows), "the instances are \(instances.shape)")
        var values = [Float](repeating: 0, count: rows * outputWidth)
        try values.withUnsafeMutableBufferPointer { predictions in
            try instances.values.withUnsafeBufferPointer { try predict(rows: rows, $0, into: predictions) }
        }
        return Tensor(network.outputShape.batched(rows), values)
    }

    /// Seconds that each step of the plan for so many rows takes; for the developer's benchmark.
    package func profile(rows: Int) throws -> [(step: String, seconds: Double)] {
        inputs.pointer.update(repeating: 0.5, count: model.plans.greatestBucket * inputWidth)
        return try run(for: rows).run.profile(rounds: 200)
    }

    private func run(for rows: Int) throws -> Bound {
        let plan = try model.plans.plan(for: rows)
        if let known = runs.first(where: { $0.layout.rows == plan.rows }) { return known }
        let made = plan.makeRun(inputs: inputs.pointer, weights: model.weights)
        let bound = Bound(layout: plan.layout, run: made.run, outputs: made.outputs)
        runs.append(bound)
        return bound
    }
}
