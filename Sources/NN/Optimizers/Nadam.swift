#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Adam with Nesterov's look-ahead (Keras's `Nadam`).
///
/// In step t, with `μₜ = β₁(1 − 0.96ᵗ/2)` and Πₜ the product of μ₁ to μₜ: m and v as in `Adam`,
/// `m̂ = μₜ₊₁·m / (1 − Πₜ₊₁) + (1 − μₜ)·g / (1 − Πₜ)`, `v̂ = v / (1 − β₂ᵗ)`, `w ← w − η·m̂ / (√v̂ + ε)`. Source:
/// keras.io/api/optimizers/Nadam; Dozat 2016.
struct Nadam: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Nadam", "nadam"]

    /// The step size η.
    let learningRate: LearningRate
    /// The decay β₁ of the mean of the gradient, from 0 to below 1.
    let beta1: Double
    /// The decay β₂ of the mean of its square, from 0 to below 1.
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

    /// The two running moments.
    var slots: [String] { ["momentum", "velocity"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let (now, next) = (momentum(in: moment.step), momentum(in: moment.step + 1))
        let product = momentumProduct(through: moment.step)
        let ofMean = Vector(repeating: Float(moment.learningRate * next / (1 - product * next)))
        let ofGradient = Vector(repeating: Float(moment.learningRate * (1 - now) / (1 - product)))
        let correction = Vector(repeating: Float(1 / (1 - pow(beta2, Double(moment.step)))))
        let share1 = Vector(repeating: Float(1 - beta1))
        let share2 = Vector(repeating: Float(1 - beta2))
        let floor = Vector(repeating: Float(epsilon))
        let (means, squares) = (span.slot(0), span.slot(1))
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            let mean = means[i] + (gradient - means[i]) * share1
            let square = squares[i] + (gradient * gradient - squares[i]) * share2
            means[i] = mean
            squares[i] = square
            let ahead = ofMean * mean + ofGradient * gradient
            span.weights[i] -= ahead / ((square * correction).root + floor)
        }
    }

    /// The decay μ of a step.
    private func momentum(in step: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(step))) }

    /// The product of the decays of all steps so far.
    private func momentumProduct(through step: Int) -> Double {
        // After 900 steps 0.96ᵗ is below what 1 can tell, so the factors are β₁ alone.
        var product = pow(beta1, Double(step))
        var power = 1.0
        for _ in 0..<min(step, 900) {
            power *= 0.96
            product *= 1 - 0.5 * power
        }
        return product
    }
}
