import JSON

/// A moving average of the weights, kept beside them (Keras's `use_ema`; keras.io/api/optimizers).
///
/// After each step of training `a ← μ·a + (1 − μ)·w`; until the first update is over, a is w. The weights become their
/// average where the training is over, and at every `overwriteFrequency` updates where that is asked for. A validation is
/// of the weights, not of their average.
struct WeightAverage: Sendable, Equatable {
    /// The slot that it lies in.
    static let slot = "average"

    /// How much of the average stays in each step, 0 to 1.
    let momentum: Double
    /// After how many updates the weights become their average each time; nil for at the end alone.
    let overwriteFrequency: Int?

    /// Reads `use_ema`, `ema_momentum` and `ema_overwrite_frequency`; nil where there is to be no average.
    init?(reading arguments: inout ObjectReader) {
        let isUsed = arguments.bool("use_ema", default: false)
        momentum = arguments.double("ema_momentum", in: .from(0, through: 1), default: 0.99)
        overwriteFrequency = arguments.optionalInt("ema_overwrite_frequency", in: 1...Int(UInt32.max))
        guard isUsed else { return nil }
    }

    /// Writes all three.
    func write(to json: inout JSONWriter) {
        json.field("use_ema", true)
        json.field("ema_momentum", momentum)
        json.field("ema_overwrite_frequency", ifPresent: overwriteFrequency)
    }

    /// Takes the weights of a stretch, as a step has left them, into their average.
    ///
    /// - Parameters:
    ///   - span: The stretch.
    ///   - slot: Where the average lies.
    ///   - updates: The updates before the step.
    func take(_ span: ParameterSpan, slot: Int, after updates: Int) {
        typealias Vector = ParameterSpan.Vector
        let average = span.slot(slot)
        let kept = updates == 0 ? 0 : Float(momentum)
        let (old, new) = (Vector(repeating: kept), Vector(repeating: 1 - kept))
        for i in 0..<span.count { average[i] = old * average[i] + new * span.weights[i] }
        guard let overwriteFrequency, (updates + 1) % overwriteFrequency == 0 else { return }
        span.weights.update(from: average, count: span.count)
    }
}
