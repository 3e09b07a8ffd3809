#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Adam's steps, each weight's as long as the weight is large (Keras's `Lamb`), for large batches.
///
/// `u = m̂ / (√v̂ + ε)` with the corrected moments of `Adam`, and `w ← w − η · |w| / |u| · u`, the lengths over the whole
/// weight, their quotient 1 where either is 0. Source: You et al. 2020, arXiv:1904.00962; keras.io/api/optimizers/lamb.
struct Lamb: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Lamb", "lamb"]
    static let takesWholeWeights = true

    /// The step size η.
    let learningRate: LearningRate
    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double

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

    /// Moves one weight.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let step = Double(moment.step)
        let first = Vector(repeating: Float(1 / (1 - pow(beta1, step))))
        let second = Vector(repeating: Float(1 / (1 - pow(beta2, step))))
        let (share1, share2) = (Vector(repeating: Float(1 - beta1)), Vector(repeating: Float(1 - beta2)))
        let floor = Vector(repeating: Float(epsilon))
        let (means, squares) = (span.slot(0), span.slot(1))
        var (own, moved) = (0.0, 0.0)
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            means[i] += (gradient - means[i]) * share1
            squares[i] += (gradient * gradient - squares[i]) * share2
            let direction = means[i] * first / ((squares[i] * second).root + floor)
            own += Double((span.weights[i] * span.weights[i]).sum())
            moved += Double((direction * direction).sum())
        }
        let ratio = own > 0 && moved > 0 ? (own / moved).squareRoot() : 1
        let rate = Vector(repeating: Float(moment.learningRate * ratio))
        for i in 0..<span.count {
            span.weights[i] -= rate * means[i] * first / ((squares[i] * second).root + floor)
        }
    }
}
