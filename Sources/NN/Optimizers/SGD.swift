import JSON

/// Gradient descent, with momentum if wanted (Keras's `SGD`).
///
/// Without momentum: `w ← w − η·g`. With it: `m ← μ·m − η·g`, then `w ← w + m`, or, with Nesterov's look-ahead,
/// `w ← w + μ·m − η·g`. Source: keras.io/api/optimizers/sgd; Sutskever et al. 2013.
struct SGD: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["SGD", "sgd"]

    /// The step size η.
    let learningRate: LearningRate
    /// The share μ of the last step that is kept, from 0 to 1.
    let momentum: Double
    /// Whether the gradient is taken where momentum is about to lead.
    let nesterov: Bool

    /// Gradient descent with these hyper-parameters.
    init(learningRate: LearningRate = .constant(0.01), momentum: Double = 0, nesterov: Bool = false) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
    }

    /// Reads `learning_rate`, `momentum` and `nesterov`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.01)
        momentum = arguments.double("momentum", in: .from(0, through: 1), default: 0)
        nesterov = arguments.bool("nesterov", default: false)
    }

    /// Writes `learning_rate`, `momentum` and `nesterov`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("momentum", momentum)
        json.field("nesterov", nesterov)
    }

    /// The step before, where there is momentum.
    var slots: [String] { momentum == 0 ? [] : ["momentum"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        let rate = ParameterSpan.Vector(repeating: Float(moment.learningRate))
        let (weights, gradients) = (span.weights, span.gradients)
        guard momentum != 0 else {
            for i in 0..<span.count { weights[i] -= rate * gradients[i] }
            return
        }
        let kept = ParameterSpan.Vector(repeating: Float(momentum))
        let steps = span.slot(0)
        for i in 0..<span.count {
            let descent = rate * gradients[i]
            let next = kept * steps[i] - descent
            steps[i] = next
            weights[i] += nesterov ? kept * next - descent : next
        }
    }
}
