/// The weights, what the optimizer remembers about them, and the update of both.
final class WeightState {
    /// The flat buffer of weights.
    let weights: FloatBuffer
    /// The optimizer's slots, one after the other, each laid out as the weights.
    let slots: FloatBuffer
    /// How many steps there were; each is an update, but where the gradients of several are one.
    var updates = 0
    /// Where each weight lies.
    let layout: ParameterLayout
    /// The parts into which an update is cut, so that several threads can share it; each element's result is the same
    /// wherever the cuts are.
    let spans: [Range<Int>]

    /// The step size in place of the optimizer's own, once it has been reduced.
    var reducedRate: Double?

    private let optimizer: OptimizerConfiguration
    /// The weight that each part is, where the rule takes whole weights; else none.
    private let entries: [ParameterLayout.Entry]
    private var moment = UpdateMoment(step: 0, learningRate: 0)
    /// Whether the step that has begun moves the weights.
    private var moves = true

    /// The elements of a part: enough that handing it out doesn't show.
    private static let spanLimit = 1 << 14

    /// Weights before their first update.
    init(_ tensors: [Tensor], layout: ParameterLayout, optimizer: OptimizerConfiguration) {
        self.layout = layout
        self.optimizer = optimizer
        weights = FloatBuffer(count: layout.count)
        slots = FloatBuffer(count: layout.count * optimizer.slots.count)
        if type(of: optimizer.rule).takesWholeWeights {
            entries = layout.entries.filter { $0.trainable && $0.shape.volume > 0 }
            spans = entries.map(ParameterLayout.range)
        } else {
            (entries, spans) = ([], layout.trainableSpans(limit: Self.spanLimit))
        }
        weights.load(tensors, layout: layout)
    }

    /// The step size of the next update.
    ///
    /// A schedule counts steps, also those that only add up gradients, as Keras's do.
    var learningRate: Double { reducedRate ?? optimizer.rule.learningRate.value(after: updates) }

    /// The step size of the last update; that of the first before there was one.
    var lastLearningRate: Double { reducedRate ?? optimizer.rule.learningRate.value(after: max(updates - 1, 0)) }

    private var accumulationSteps: Int { optimizer.options.accumulationSteps }

    /// Prepares an update by these gradients, which may be cut in place.
    func beginUpdate(_ gradients: UnsafeMutablePointer<Float>) {
        moment = UpdateMoment(step: updates / accumulationSteps + 1, learningRate: learningRate)
        updates += 1
        moves = updates % accumulationSteps == 0
        if accumulationSteps > 1 { accumulate(gradients) }
        if moves { optimizer.options.clipping?.apply(to: gradients, layout: layout) }
    }

    /// Adds gradients to those of the steps since the last update; where it is time for one, they become the mean of all.
    private func accumulate(_ gradients: UnsafeMutablePointer<Float>) {
        let sums = slots.pointer + optimizer.slots.index(before: optimizer.slots.endIndex) * layout.count
        let steps = Float(accumulationSteps)
        for span in spans {
            for i in span {
                let sum = gradients[i] + sums[i]
                if moves { gradients[i] = sum / steps }
                sums[i] = moves ? 0 : sum
            }
        }
    }

    /// Ends a training: the weights become their average, where one is kept.
    func finish() {
        guard optimizer.options.average != nil, updates > 0 else { return }
        let average = slots.pointer + optimizer.rule.slots.count * layout.count
        for span in spans {
            (weights.pointer + span.lowerBound).update(from: average + span.lowerBound, count: span.count)
        }
    }

    /// Moves the weights of one part by the gradient of the step that has begun.
    func update(span: Int, gradients: UnsafePointer<Float>) {
        let part = ParameterSpan(
            spans[span],
            weights: weights.pointer,
            gradients: gradients,
            slots: slots.pointer,
            slotStride: layout.count,
            entry: entries.isEmpty ? nil : entries[span]
        )
        if moves { move(part) }
        optimizer.options.average?.take(part, slot: optimizer.rule.slots.count, after: moment.step - 1)
    }

    private func move(_ part: ParameterSpan) {
        if moment.step == 1 { optimizer.rule.begin(part) }
        if let decay = optimizer.rule.weightDecay(optimizer.options.weightDecay, of: part), decay > 0 {
            part.decay(by: decay * moment.learningRate)
        }
        optimizer.rule.update(part, at: moment)
    }

    /// Whether the gradients of one part are all finite numbers.
    func isFinite(span: Int, gradients: UnsafePointer<Float>) -> Bool {
        let span = ParameterSpan(
            spans[span],
            weights: weights.pointer,
            gradients: gradients,
            slots: slots.pointer,
            slotStride: layout.count
        )
        // What is infinite or no number gives no number when multiplied by 0, which no sum takes away.
        var sum = ParameterSpan.Vector.zero
        for i in 0..<span.count { sum += span.gradients[i] * 0 }
        return sum.sum() == 0
    }

    /// The tensors of one slot.
    func slotTensors(_ slot: Int) -> [Tensor] { slots.tensors(layout: layout, from: slot * layout.count) }

    /// Takes the tensors of one slot.
    func loadSlot(_ slot: Int, _ tensors: [Tensor]) {
        slots.load(tensors, layout: layout, at: slot * layout.count)
    }

    /// The bytes of weights and slots.
    var bytes: Int { (weights.count + slots.count) * MemoryLayout<Float>.stride }
}
