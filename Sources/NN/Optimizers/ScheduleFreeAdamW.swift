#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Adam without a schedule, on the mean of all steps so far (Keras's `ScheduleFreeAdamW`).
///
/// In step t: `v ← v + (1 − β₂)(g² − v)`, `z′ = z − η·g / (√(v / (1 − β₂ᵗ)) + ε)`, the mean
/// `x = (1 − 1/t)·(w − (1 − β₁)·z) / β₁ + z′ / t`, and the weights `w = (1 − β₁)·z′ + β₁·x`, where gradients are taken. z
/// starts at the weights; in the first `warmup_steps` η grows to its size. Source: Defazio et al. 2024,
/// arXiv:2405.15682; keras.io/api/optimizers.
struct ScheduleFreeAdamW: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["ScheduleFreeAdamW", "schedulefreeadamw"]

    /// The step size η.
    let learningRate: LearningRate
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private let warmup: Int

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.0025)
        beta1 = arguments.double("beta_1", in: .above(0, below: 1), default: 0.9)
        beta2 = arguments.double("beta_2", in: .from(0, below: 1), default: 0.999)
        epsilon = arguments.epsilon(default: 1e-8)
        warmup = arguments.int("warmup_steps", in: 0...1_000_000_000, default: 0)
    }

    /// Writes Keras's arguments.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("beta_1", beta1)
        json.field("beta_2", beta2)
        json.field("epsilon", epsilon)
        json.field("warmup_steps", warmup)
    }

    /// z and v.
    var slots: [String] { ["momentum", "velocity"] }

    /// z starts at the weights.
    func begin(_ span: ParameterSpan) {
        let steps = span.slot(0)
        for i in 0..<span.count { steps[i] = span.weights[i] }
    }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let step = Double(moment.step)
        let share = warmup > 0 ? min(step / Double(warmup), 1) : 1
        let rate = Vector(repeating: Float(moment.learningRate * share))
        let correction = Vector(repeating: Float(1 / (1 - pow(beta2, step))))
        let fresh = Vector(repeating: Float(1 - beta2))
        let floor = Vector(repeating: Float(epsilon))
        let (kept, rest) = (Vector(repeating: Float(beta1)), Vector(repeating: Float(1 - beta1)))
        let (weight, others) = (Vector(repeating: Float(1 / step)), Vector(repeating: Float(1 - 1 / step)))
        let (steps, squares) = (span.slot(0), span.slot(1))
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            squares[i] += (gradient * gradient - squares[i]) * fresh
            let old = steps[i]
            let new = old - rate * gradient / ((squares[i] * correction).root + floor)
            steps[i] = new
            let mean = others * ((span.weights[i] - rest * old) / kept) + weight * new
            span.weights[i] = rest * new + kept * mean
        }
    }
}
