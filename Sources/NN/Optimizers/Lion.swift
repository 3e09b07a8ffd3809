import JSON

/// Steps of one size in the direction of a mean gradient's sign (Keras's `Lion`).
///
/// `w ← w − η·sign(β₁·m + (1 − β₁)·g)`, then `m ← β₂·m + (1 − β₂)·g`. Source: keras.io/api/optimizers/lion; Chen et al.
/// 2023, arXiv:2302.06675.
struct Lion: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Lion", "lion"]

    /// The step size η.
    let learningRate: LearningRate
    /// The share β₁ of that mean in the direction, above 0 to 1.
    let beta1: Double
    /// The decay β₂ of the mean of the gradient, from 0 to 1.
    let beta2: Double

    /// Reads `learning_rate`, `beta_1` and `beta_2`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        beta1 = arguments.double("beta_1", in: .above(0, through: 1), default: 0.9)
        beta2 = arguments.double("beta_2", in: .from(0, through: 1), default: 0.99)
    }

    /// Writes `learning_rate`, `beta_1` and `beta_2`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("beta_1", beta1)
        json.field("beta_2", beta2)
    }

    /// The mean of the gradient.
    var slots: [String] { ["momentum"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let rate = Vector(repeating: Float(moment.learningRate))
        let (kept1, share1) = (Vector(repeating: Float(beta1)), Vector(repeating: Float(1 - beta1)))
        let (kept2, share2) = (Vector(repeating: Float(beta2)), Vector(repeating: Float(1 - beta2)))
        let means = span.slot(0)
        for i in 0..<span.count {
            let (mean, gradient) = (means[i], span.gradients[i])
            let direction = mean * kept1 + gradient * share1
            let step = Vector.zero.replacing(with: rate, where: direction .> 0)
            span.weights[i] -= step.replacing(with: -rate, where: direction .< 0)
            means[i] = mean * kept2 + gradient * share2
        }
    }
}
