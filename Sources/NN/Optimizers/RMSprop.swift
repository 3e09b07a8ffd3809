public import JSON

/// Steps scaled by the running size of the gradient (Keras's `RMSprop`).
///
/// `v ← ρ·v + (1 − ρ)·g²`; centred, `a ← ρ·a + (1 − ρ)·g` and `d = v − a²`, else `d = v`; the step is
/// `s = η·g / √(d + ε)`; with momentum `m ← μ·m + s` and `w ← w − m`, else `w ← w − s`.
/// Source: keras.io/api/optimizers/rmsprop; Hinton, Neural Networks for Machine Learning, lecture 6e.
public struct RMSprop: Optimizer {
    /// Keras's class name.
    public static let name = "RMSprop"

    /// The step size η, above 0.
    public let learningRate: Double
    /// The decay ρ of the mean of the squared gradient, from 0 to below 1.
    public let rho: Double
    /// The share μ of the last step that is kept, from 0 to 1.
    public let momentum: Double
    /// The number ε that keeps the quotient finite, above 0.
    public let epsilon: Double
    /// Whether the square of the mean gradient is taken off, which leaves its variance.
    public let centered: Bool

    /// RMSprop with these hyper-parameters.
    public init(
        learningRate: Double = 0.001,
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
    public init(reading fields: inout ObjectReader) {
        learningRate = fields.learningRate(default: 0.001)
        rho = fields.double("rho", in: .from(0, below: 1), default: 0.9)
        momentum = fields.double("momentum", in: .from(0, through: 1), default: 0)
        epsilon = fields.epsilon(default: 1e-7)
        centered = fields.bool("centered", default: false)
    }

    /// Writes `learning_rate`, `rho`, `momentum`, `epsilon` and `centered`.
    public func write(to fields: inout JSONWriter) {
        fields.field("learning_rate", learningRate)
        fields.field("rho", rho)
        fields.field("momentum", momentum)
        fields.field("epsilon", epsilon)
        fields.field("centered", centered)
    }

    /// The mean square, and the step before and the mean gradient where they are used.
    public var slots: [String] {
        ["velocity"] + (momentum == 0 ? [] : ["momentum"]) + (centered ? ["average_gradient"] : [])
    }

    /// Moves one stretch of the weights.
    public func update(_ span: ParameterSpan, step: Int) {
        typealias Vector = ParameterSpan.Vector
        let rate = Vector(repeating: Float(learningRate))
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
            var descent = rate * gradient / (size + floor).squareRoot()
            if let steps {
                descent += inertia * steps[i]
                steps[i] = descent
            }
            span.weights[i] -= descent
        }
    }
}
