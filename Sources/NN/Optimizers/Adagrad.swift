import JSON

/// Steps that shrink with all gradients so far (Keras's `Adagrad`).
///
/// `a ← a + g²` from `initial_accumulator_value` on, and `w ← w − η·g / √(a + ε)`. Source:
/// keras.io/api/optimizers/adagrad; Duchi, Hazan and Singer 2011.
struct Adagrad: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Adagrad", "adagrad"]

    /// The step size η.
    let learningRate: LearningRate
    /// What the sum of squares starts from, zero or more.
    let initialAccumulator: Double
    /// The number ε that keeps the quotient finite, above 0.
    let epsilon: Double

    /// Reads `learning_rate`, `initial_accumulator_value` and `epsilon`.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        initialAccumulator = arguments.double("initial_accumulator_value", in: .from(0), default: 0.1)
        epsilon = arguments.epsilon(default: 1e-7)
    }

    /// Writes `learning_rate`, `initial_accumulator_value` and `epsilon`.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("initial_accumulator_value", initialAccumulator)
        json.field("epsilon", epsilon)
    }

    /// The sum of the squared gradients, without what it starts from.
    var slots: [String] { ["accumulator"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let rate = Vector(repeating: Float(moment.learningRate))
        let start = Vector(repeating: Float(initialAccumulator))
        let floor = Vector(repeating: Float(epsilon))
        let squares = span.slot(0)
        for i in 0..<span.count {
            let gradient = span.gradients[i]
            let sum = squares[i] + gradient * gradient
            squares[i] = sum
            span.weights[i] -= rate * gradient / (start + sum + floor).root
        }
    }
}
