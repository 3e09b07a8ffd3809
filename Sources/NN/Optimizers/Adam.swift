#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Steps scaled by running moments of the gradient (Keras's `Adam`).
///
/// In step t: `m ← m + (1 − β₁)(g − m)`, `v ← v + (1 − β₂)(g² − v)`, `w ← w − α·m / (√v + ε)` with
/// `α = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)`. With `amsgrad`, the greatest v so far stands in the quotient. ε lies outside the
/// bias correction, as in Keras and unlike PyTorch. Source: keras.io/api/optimizers/adam; Kingma and Ba 2014,
/// arXiv:1412.6980, the formula before section 2.1; Reddi et al. 2018 for `amsgrad`.
struct Adam: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Adam", "adam"]

    /// The step size η.
    let learningRate: LearningRate
    /// The decay β₁ of the mean of the gradient, from 0 to below 1.
    let beta1: Double
    /// The decay β₂ of the mean of its square, from 0 to below 1.
    let beta2: Double
    /// The number ε that keeps the quotient finite, above 0.
    let epsilon: Double
    /// Whether the greatest second moment so far divides.
    let amsgrad: Bool

    /// Adam with these hyper-parameters.
    init(
        learningRate: LearningRate = .constant(0.001),
        beta1: Double = 0.9,
        beta2: Double = 0.999,
        epsilon: Double = 1e-7,
        amsgrad: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
    }

    /// Reads `learning_rate`, `beta_1`, `beta_2`, `epsilon` and `amsgrad`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        beta1 = arguments.double("beta_1", in: .from(0, below: 1), default: 0.9)
        beta2 = arguments.double("beta_2", in: .from(0, below: 1), default: 0.999)
        epsilon = arguments.epsilon(default: 1e-7)
        amsgrad = arguments.bool("amsgrad", default: false)
    }

    /// Writes `learning_rate`, `beta_1`, `beta_2`, `epsilon` and `amsgrad`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("beta_1", beta1)
        json.field("beta_2", beta2)
        json.field("epsilon", epsilon)
        json.field("amsgrad", amsgrad)
    }

    /// The two running moments, and the greatest second one where `amsgrad` asks for it.
    var slots: [String] { ["momentum", "velocity"] + (amsgrad ? ["velocity_hat"] : []) }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let correction = (1 - pow(beta2, Double(moment.step))).squareRoot() / (1 - pow(beta1, Double(moment.step)))
        let rate = Vector(repeating: Float(moment.learningRate * correction))
        let share1 = Vector(repeating: Float(1 - beta1))
        let share2 = Vector(repeating: Float(1 - beta2))
        let floor = Vector(repeating: Float(epsilon))
        let (weights, gradients) = (span.weights, span.gradients)
        let (means, squares) = (span.slot(0), span.slot(1))
        if amsgrad {
            let greatest = span.slot(2)
            for i in 0..<span.count {
                let gradient = gradients[i]
                let mean = means[i] + (gradient - means[i]) * share1
                let square = squares[i] + (gradient * gradient - squares[i]) * share2
                means[i] = mean
                squares[i] = square
                greatest[i] = pointwiseMax(greatest[i], square)
                weights[i] -= rate * mean / (greatest[i].root + floor)
            }
        } else {
            for i in 0..<span.count {
                let gradient = gradients[i]
                let mean = means[i] + (gradient - means[i]) * share1
                let square = squares[i] + (gradient * gradient - squares[i]) * share2
                means[i] = mean
                squares[i] = square
                weights[i] -= rate * mean / (square.root + floor)
            }
        }
    }
}
