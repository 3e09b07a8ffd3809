import JSON

/// Steps scaled by the running size of earlier steps over that of the gradient (Keras's `Adadelta`).
///
/// `a ← ρ·a + (1 − ρ)·g²`, `d = −g·√(s + ε) / √(a + ε)`, `s ← ρ·s + (1 − ρ)·d²`, `w ← w + η·d`. Source:
/// keras.io/api/optimizers/adadelta; Zeiler 2012, arXiv:1212.5701.
struct Adadelta: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Adadelta", "adadelta"]

    /// The step size η.
    let learningRate: LearningRate
    /// The decay ρ of both means, from 0 to 1.
    let rho: Double
    /// The number ε that keeps the quotient finite, above 0.
    let epsilon: Double

    /// Reads `learning_rate`, `rho` and `epsilon`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        rho = arguments.double("rho", in: .from(0, through: 1), default: 0.95)
        epsilon = arguments.epsilon(default: 1e-7)
    }

    /// Writes `learning_rate`, `rho` and `epsilon`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("rho", rho)
        json.field("epsilon", epsilon)
    }

    /// The mean squares of the gradient and of the step before η.
    var slots: [String] { ["accumulated_grad", "accumulated_delta_var"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let rate = Vector(repeating: Float(moment.learningRate))
        let kept = Vector(repeating: Float(rho))
        let share = Vector(repeating: Float(1 - rho))
        let floor = Vector(repeating: Float(epsilon))
        let (squares, steps) = (span.slot(0), span.slot(1))
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            let square = kept * squares[i] + share * gradient * gradient
            squares[i] = square
            let step = (steps[i] + floor).root * gradient / (square + floor).root
            steps[i] = kept * steps[i] + share * step * step
            span.weights[i] -= rate * step
        }
    }
}
