import JSON

/// Steps scaled by the running size of the gradient (Keras's `RMSprop`).
///
/// `v ← ρ·v + (1 − ρ)·g²`; centred, `a ← ρ·a + (1 − ρ)·g` and `d = v − a²`, else `d = v`; the step is
/// `s = η·g / √(d + ε)`; with momentum `m ← μ·m + s` and `w ← w − m`, else `w ← w − s`.
/// Source: keras.io/api/optimizers/rmsprop; Hinton, Neural Networks for Machine Learning, lecture 6e.
struct RMSprop: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["RMSprop", "rmsprop"]

    /// The step size η.
    let learningRate: LearningRate
    /// The decay ρ of the mean of the squared gradient, from 0 to below 1.
    let rho: Double
    /// The share μ of the last step that is kept, from 0 to 1.
    let momentum: Double
    /// The number ε that keeps the quotient finite, above 0.
    let epsilon: Double
    /// Whether the square of the mean gradient is taken off, which leaves its variance.
    let centered: Bool

    /// RMSprop with these hyper-parameters.
    init(
        learningRate: LearningRate = .constant(0.001),
        rho: Double = 0.9,
        momentum: Double = 0,
        epsilon: Double = 1e-7,
        centered: Bool = false
    ) {
        self.learningRate = learningRate
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
    }

    /// Reads `learning_rate`, `rho`, `momentum`, `epsilon` and `centered`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        rho = arguments.double("rho", in: .from(0, below: 1), default: 0.9)
        momentum = arguments.double("momentum", in: .from(0, through: 1), default: 0)
        epsilon = arguments.epsilon(default: 1e-7)
        centered = arguments.bool("centered", default: false)
    }

    /// Writes `learning_rate`, `rho`, `momentum`, `epsilon` and `centered`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("rho", rho)
        json.field("momentum", momentum)
        json.field("epsilon", epsilon)
        json.field("centered", centered)
    }

    /// The mean square, and the step before and the mean gradient where they are used.
    var slots: [String] {
        ["velocity"] + (momentum == 0 ? [] : ["momentum"]) + (centered ? ["average_gradient"] : [])
    }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let rate = Vector(repeating: Float(moment.learningRate))
        let kept = Vector(repeating: Float(rho))
        let share = Vector(repeating: Float(1 - rho))
        let floor = Vector(repeating: Float(epsilon))
        let inertia = Vector(repeating: Float(momentum))
        let squares = span.slot(0)
        let steps = momentum == 0 ? nil : span.slot(1)
        let means = centered ? span.slot(momentum == 0 ? 1 : 2) : nil
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            squares[i] = kept * squares[i] + share * gradient * gradient
            var size = squares[i]
            if let means {
                means[i] = kept * means[i] + share * gradient
                size -= means[i] * means[i]
            }
            var descent = rate * gradient / (size + floor).root
            if let steps {
                descent += inertia * steps[i]
                steps[i] = descent
            }
            span.weights[i] -= descent
        }
    }
}
