import Glibc
import JSON

/// What a network answers to rows whose targets are known: the metrics over all, and what each row came to.
public struct ScoredRows {
    /// How many rows there are.
    public let rows: Int
    /// The loss and the metrics, as training tells them of rows that it tests on.
    public let measurements: [Measurement]
    /// What came of each output that has a loss, in the network's order.
    public let outputs: [ScoredOutput]

    /// Has a network answer all rows of some data.
    ///
    /// The bits do not depend on the number of threads, and are those of a training run's test of the same rows in batches
    /// of the same size.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - weights: Its weights, in its order.
    ///   - options: The losses and metrics; what is said of training is passed over.
    ///   - data: The rows, one or more.
    ///   - batchSize: The rows of a batch, at least 1.
    ///   - threads: How many threads take part, the calling one included.
    ///   - proceeds: Called between batches with the rows that are done; false ends the work.
    /// - Returns: What came of it; nil where `proceeds` ended it.
    /// - Throws: `FaultyInput` where network, options and data don't fit together, `TrainingError.badTarget`, or what kept
    ///   rows from being read.
    public static func scored(
        by network: Network,
        weights: [Tensor],
        options: TrainingOptions,
        data: any TrainingData,
        batchSize: Int,
        threads: Int,
        proceeds: (_ done: Int) -> Bool = { _ in true }
    ) throws -> ScoredRows? {
        let plain = options.ofEvaluation
        let task = try LearningTask(network, plain, on: data)
        try task.checkSizesOfResults()
        let state = WeightState(weights, layout: task.layout, optimizer: plain.optimizer)
        let cut = task.cut(of: batchSize)
        let runner = BatchRunner(task, state: state, cut: cut, batchSize: batchSize, threads: threads)
        let outputs = task.outputs.map { ScoredOutput(of: $0, in: task, rows: data.rows) }
        let (width, targetWidth) = (task.predictionWidth, task.target.shape.volume)
        var sums = RowSums(task.metrics)
        let order = BatchOrder(of: 0..<data.rows, task.sizing?.rows, batchSize: batchSize)
        for batch in 0..<order.count {
            if batch > 0, !proceeds(order.rows(beforeBatch: batch)) { return nil }
            let (indices, size) = (order.rows(ofBatch: batch), try order.size(ofBatch: batch))
            runner.observe { rows, step, targets in
                var first = 0
                for (number, output) in outputs.enumerated() {
                    output.take(
                        UnsafeBufferPointer(rebasing: indices[rows]),
                        predictions: step.prediction + first,
                        width: width,
                        targets: targets,
                        targetWidth: targetWidth,
                        losses: step.rowLosses[number],
                        mask: step.masks[number]
                    )
                    first += output.volume
                }
            }
            _ = try runner.run(
                indices,
                of: data,
                size: size,
                purpose: .scoring,
                key: RandomKey(seed: 0),
                sums: &sums
            )
        }
        for output in outputs { output.finish() }
        task.measureAnew(outputs, &sums)
        return ScoredRows(rows: data.rows, measurements: sums.means(task.metrics), outputs: outputs)
    }

    /// How many bytes of memory `scored` takes at most, with what is computed from its result.
    ///
    /// - Throws: As `scored`, for what doesn't fit together or can't be compiled.
    public static func expectedBytes(
        network: Network,
        options: TrainingOptions,
        data: any TrainingData,
        batchSize: Int,
        threads: Int
    ) throws -> Int {
        let task = try LearningTask(network, options.ofEvaluation, on: data)
        try task.checkSizesOfResults()
        let cut = task.cut(of: batchSize)
        let rows = min(cut.size, data.rows)
        let plan = try StepPlan(task, rows: rows, of: min(batchSize, data.rows), number: 0, purpose: .scoring)
        let replicas = plan.needsReplicaPerPart ? max(threads, cut.count(of: batchSize)) : threads
        let weights = task.layout.count * MemoryLayout<Float>.stride
        let row = (task.network.inputShape.volume + task.target.shape.volume) * MemoryLayout<Float>.stride
        // A plan of whole micro-batches, and those of a smaller last batch.
        let plans = 3 * (plan.plan.prologueBytes + plan.plan.steplist.count * planStepBytes)
        let sizes = task.sizing?.rows.relativeSizes.reduce(0, +) ?? 0
        let arenas = Int(Double(plan.plan.arenaBytes) * max(2, min(sizes, Double(StepPlans.room))))
        let running = replicas * (weights + cut.size * row + arenas)
        return 2 * weights + plans + running + data.heldBytes
            + data.rows * (MemoryLayout<Int>.stride + task.outputs.reduce(0) { $0 + $1.scoredBytes(in: task) })
    }

    /// What a step takes of a plan's own: its kernel, with the code that oneDNN makes for it.
    private static let planStepBytes = 1 << 14
}

/// What came of one output of a network: for each row the result, the target and the loss.
///
/// Written by the threads of a run, each its own rows; read when it is over.
public final class ScoredOutput {
    /// The output's name.
    public let name: String
    /// The shape of a row's result.
    public let shape: Shape
    /// Whether results are, or were made, probabilities by a softmax or sigmoid.
    public let activation: ActivationKind

    let loss: Loss
    let target: TargetRule
    let rows: Int
    /// The numbers of a row's result.
    let volume: Int
    /// The numbers of a row's target.
    let targetVolume: Int
    /// How many steps a mask tells apart; 0 where there is none.
    let maskVolume: Int
    /// The results, row after row.
    let predictions: FloatBuffer
    /// The targets, row after row.
    let targets: FloatBuffer
    /// Which steps of each row count; empty where all do.
    let masks: FloatBuffer
    /// The losses, row after row.
    let losses: FloatBuffer

    /// Where its targets lie in a row's.
    let targetBegin: Int
    /// What made probabilities of the results; nil where nothing did.
    let logitsActivation: ActivationKind?

    init(of learned: LearnedOutput, in task: LearningTask, rows: Int) {
        let output = task.network.outputs[learned.place]
        (name, shape, loss, target) = (output.name, output.shape, learned.loss, learned.target)
        self.rows = rows
        volume = output.shape.volume
        targetVolume = learned.targetRange.count
        targetBegin = learned.targetRange.lowerBound
        maskVolume = learned.mask?.volume ?? 0
        let isProbability = output.activation == .softmax || output.activation == .sigmoid
        logitsActivation = isProbability ? nil : learned.loss.logitsActivation
        activation = logitsActivation ?? output.activation
        predictions = FloatBuffer(count: rows * volume)
        targets = FloatBuffer(count: rows * targetVolume)
        masks = FloatBuffer(count: rows * maskVolume)
        losses = FloatBuffer(count: rows)
    }

    /// Takes some rows of a batch.
    fileprivate func take(
        _ rows: UnsafeBufferPointer<Int>,
        predictions own: UnsafePointer<Float>,
        width: Int,
        targets ownTargets: UnsafePointer<Float>,
        targetWidth: Int,
        losses ownLosses: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?
    ) {
        for (place, row) in rows.enumerated() {
            (predictions.pointer + row * volume).update(from: own + place * width, count: volume)
            let from = ownTargets + place * targetWidth + targetBegin
            (targets.pointer + row * targetVolume).update(from: from, count: targetVolume)
            losses.pointer[row] = ownLosses[place]
        }
        guard maskVolume > 0 else { return }
        for (place, row) in rows.enumerated() {
            let own = masks.pointer + row * maskVolume
            if let mask {
                own.update(from: mask + place * maskVolume, count: maskVolume)
            } else {
                own.update(repeating: 1, count: maskVolume)
            }
        }
    }

    /// Makes probabilities of logits.
    fileprivate func finish() {
        guard let logitsActivation else { return }
        let isSoftmax = logitsActivation == .softmax
        let width = isSoftmax ? max(shape.last, 1) : 1
        for begin in stride(from: 0, to: rows * volume, by: width) {
            let own = UnsafeMutableBufferPointer(start: predictions.pointer + begin, count: width)
            guard isSoftmax else {
                own[0] = Float(1 / (1 + exp(-Double(own[0]))))
                continue
            }
            let greatest = Double(own.max() ?? 0)
            let sum = own.reduce(0) { $0 + exp(Double($1) - greatest) }
            for place in own.indices { own[place] = Float(exp(Double(own[place]) - greatest) / sum) }
        }
    }
}

extension LearningTask {
    /// Refuses rows whose results differ in size: what is told of them is told of results of one size.
    fileprivate func checkSizesOfResults() throws(FaultyInput) {
        guard let networks = sizing?.rows.networks else { return }
        for output in outputs {
            let shape = networks.shape { $0.outputs[output.place].shape }
            guard shape.isOpen else { continue }
            throw FaultyInput(
                Fault(
                    pointer: "/model",
                    detail:
                        "\"\(output.name)\" gives \(shape), results that differ in size, and only those of one size are evaluated"
                )
            )
        }
    }

    /// How far a row's result lies from the next one's, as `appendLoss` lays them out.
    var predictionWidth: Int {
        let results = outputs.reduce(0) { $0 + network.outputs[$1.place].shape.volume }
        return outputs.count == 1 ? results : results + outputs.count
    }
}

extension LearnedOutput {
    /// What each row takes: its result, target, mask and loss, and what the figures need beside them.
    fileprivate func scoredBytes(in task: LearningTask) -> Int {
        let volume = task.network.outputs[place].shape.volume
        let numbers = volume + targetRange.count + (mask?.volume ?? 0) + 1
        // Sorted scores with what they are held against, of one class at a time; of values, the residuals.
        let samples = volume / Swift.max(task.network.outputs[place].shape.last, 1)
        var sorted = samples * 4 * MemoryLayout<Int>.stride
        if case .labels = target.allowed {
        } else {
            sorted = Swift.max(sorted, volume * 2 * MemoryLayout<Double>.stride)
        }
        return numbers * MemoryLayout<Float>.stride + sorted
    }
}

extension TrainingOptions {
    /// The losses and metrics alone, with an optimizer that remembers nothing.
    fileprivate var ofEvaluation: TrainingOptions {
        var plain = self
        (plain.validationSplit, plain.validationRows) = (0, 0)
        (plain.earlyStopping, plain.plateauReduction, plain.classWeights) = (nil, nil, nil)
        plain.optimizer = OptimizerConfiguration(rule: SGD())
        return plain
    }
}
