#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Adam with the greatest gradient in place of the mean square (Keras's `Adamax`).
///
/// In step t: `m ← m + (1 − β₁)(g − m)`, `u ← max(β₂·u, |g|)`, `w ← w − η·m / ((1 − β₁ᵗ)(u + ε))`. Source:
/// keras.io/api/optimizers/adamax; Kingma and Ba 2014, arXiv:1412.6980, section 7.
struct Adamax: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Adamax", "adamax"]

    /// The step size η.
    let learningRate: LearningRate
    /// The decay β₁ of the mean of the gradient, from 0 to below 1.
    let beta1: Double
    /// The decay β₂ of the greatest gradient, from 0 to below 1.
    let beta2: Double
    /// The number ε that keeps the quotient finite, above 0.
    let epsilon: Double

    /// Reads `learning_rate`, `beta_1`, `beta_2` and `epsilon`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        beta1 = arguments.double("beta_1", in: .from(0, below: 1), default: 0.9)
        beta2 = arguments.double("beta_2", in: .from(0, below: 1), default: 0.999)
        epsilon = arguments.epsilon(default: 1e-7)
    }

    /// Writes `learning_rate`, `beta_1`, `beta_2` and `epsilon`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("beta_1", beta1)
        json.field("beta_2", beta2)
        json.field("epsilon", epsilon)
    }

    /// The mean of the gradient and its greatest size.
    var slots: [String] { ["momentum", "norm"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let correction = 1 - pow(beta1, Double(moment.step))
        let rate = Vector(repeating: Float(moment.learningRate / correction))
        let share = Vector(repeating: Float(1 - beta1))
        let kept = Vector(repeating: Float(beta2))
        let floor = Vector(repeating: Float(epsilon))
        let (means, sizes) = (span.slot(0), span.slot(1))
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            let mean = means[i] + (gradient - means[i]) * share
            let size = pointwiseMax(kept * sizes[i], pointwiseMax(gradient, -gradient))
            means[i] = mean
            sizes[i] = size
            span.weights[i] -= rate * mean / (size + floor)
        }
    }
}
