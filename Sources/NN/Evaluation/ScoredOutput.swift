import Glibc

/// What came of one output of a network: for each row the result, the target and the loss.
///
/// Written by the threads of a run, each its own rows; read when it is over.
public final class ScoredOutput {
    /// The output's name.
    public let name: String
    /// The shape of a row's result; where rows differ in it, the greatest extents.
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
    /// How many steps, or places, a mask tells apart; 0 where there is none.
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
    /// Whether rows' results differ in size; then the mask tells the places that a row has, of those that others have.
    let isOpen: Bool

    private let number: Int

    /// Room for what comes of an output.
    ///
    /// - Parameters:
    ///   - number: Its number among those that are learned.
    ///   - task: The task, for rows of the largest size.
    ///   - extents: The greatest extents of results and targets.
    ///   - rows: How many rows there are.
    init(number: Int, in task: LearningTask, _ extents: ResultExtents, rows: Int) {
        let learned = task.outputs[number]
        let output = task.network.outputs[learned.place]
        (self.number, name, loss, target) = (number, output.name, learned.loss, learned.target)
        shape = extents.results[number]
        isOpen = extents.isOpen[number]
        self.rows = rows
        volume = shape.volume
        targetVolume = extents.targets[number].volume
        targetBegin = learned.targetRange.lowerBound
        maskVolume = extents.maskVolume(number, of: task)
        let isProbability = output.activation == .softmax || output.activation == .sigmoid
        logitsActivation = isProbability ? nil : learned.loss.logitsActivation
        activation = logitsActivation ?? output.activation
        predictions = FloatBuffer(count: rows * volume)
        targets = FloatBuffer(count: rows * targetVolume)
        masks = FloatBuffer(count: rows * maskVolume)
        losses = FloatBuffer(count: rows)
    }

    /// Takes some rows of a batch.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - form: How the numbers of the batch lie.
    ///   - results: The results of all outputs, row after row.
    ///   - allTargets: The targets of all outputs, row after row.
    ///   - ownLosses: This output's losses.
    ///   - mask: Which of the batch's steps count; nil where all do.
    func take(
        _ rows: UnsafeBufferPointer<Int>,
        in form: ScoredForm,
        predictions results: UnsafePointer<Float>,
        targets allTargets: UnsafePointer<Float>,
        losses ownLosses: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?
    ) {
        let part = form.parts[number]
        for (place, row) in rows.enumerated() {
            let (own, ownTargets) = (
                results + place * form.width + part.begin,
                allTargets + place * form.targetWidth + part.targetBegin
            )
            losses.pointer[row] = ownLosses[place]
            part.results.pad(own, to: predictions.pointer + row * volume)
            part.targets.pad(ownTargets, to: targets.pointer + row * targetVolume)
            guard maskVolume > 0 else { continue }
            part.pad(mask.map { $0 + place * part.maskVolume }, to: masks.pointer + row * maskVolume)
        }
    }

    /// Writes a row as a batch has it.
    ///
    /// - Parameters:
    ///   - row: The row.
    ///   - form: How the numbers of the batch lie.
    ///   - place: The row's place in the batch.
    ///   - results: The results of all outputs.
    ///   - allTargets: The targets of all outputs.
    ///   - mask: Which of the batch's steps count; nil where its network tells none.
    func write(
        _ row: Int,
        in form: ScoredForm,
        at place: Int,
        predictions results: UnsafeMutablePointer<Float>,
        targets allTargets: UnsafeMutablePointer<Float>,
        mask: UnsafeMutablePointer<Float>?
    ) {
        let part = form.parts[number]
        part.results.takeOut(
            predictions.pointer + row * volume,
            to: results + place * form.width + part.begin
        )
        part.targets.takeOut(
            targets.pointer + row * targetVolume,
            to: allTargets + place * form.targetWidth + part.targetBegin
        )
        guard let mask, maskVolume > 0 else { return }
        part.takeOutMask(masks.pointer + row * maskVolume, to: mask + place * part.maskVolume)
    }

    /// Makes probabilities of logits.
    func finish() {
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
