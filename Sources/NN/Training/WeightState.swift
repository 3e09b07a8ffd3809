/// The weights, what the optimizer remembers about them, and the update of both.
final class WeightState {
    /// The flat buffer of weights.
    let weights: FloatBuffer
    /// The optimizer's slots, one after the other, each laid out as the weights.
    let slots: FloatBuffer
    /// How many updates there were.
    var updates = 0
    /// Where each weight lies.
    let layout: ParameterLayout
    /// The parts into which an update is cut, so that several threads can share it; each element's result is the same
    /// wherever the cuts are.
    let spans: [Range<Int>]

    private let optimizer: any Optimizer

    /// The elements of a part: enough that handing it out doesn't show.
    private static let spanLimit = 1 << 16

    /// Weights before their first update.
    init(_ tensors: [Tensor], layout: ParameterLayout, optimizer: any Optimizer) {
        self.layout = layout
        self.optimizer = optimizer
        weights = FloatBuffer(count: layout.count)
        slots = FloatBuffer(count: layout.count * optimizer.slots.count)
        spans = layout.trainableSpans(limit: Self.spanLimit)
        weights.load(tensors, layout: layout)
    }

    /// Moves the weights of one part by the gradient of the update whose number is `updates`.
    func update(span: Int, gradients: UnsafePointer<Float>) {
        let span = ParameterSpan(
            spans[span],
            weights: weights.pointer,
            gradients: gradients,
            slots: slots.pointer,
            slotStride: layout.count
        )
        optimizer.update(span, step: updates)
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
