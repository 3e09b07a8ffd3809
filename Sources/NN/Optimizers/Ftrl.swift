#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Steps that follow the regularized leader (Keras's `Ftrl`), which leave weights at 0 where little speaks for them.
///
/// `a′ = a + g²`, `z ← z + g + 2·s·w − (a′ᵖ − aᵖ) / η · w`, `w = (clip(z, −l1, l1) − z) / (a′ᵖ / η + 2·(l2 + β / 2η))`, with
/// `p = −learning_rate_power` and s the shrinkage; a starts at `initial_accumulator_value`. Source: McMahan et al. 2013;
/// keras.io/api/optimizers/ftrl.
struct Ftrl: Optimizer {
    /// Keras's class name and its short form.
    static let names = ["Ftrl", "ftrl"]

    /// The step size η.
    let learningRate: LearningRate
    private let power: Double
    private let initialAccumulator: Double
    private let l1: Double
    private let l2: Double
    private let shrinkage: Double
    private let beta: Double

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        learningRate = arguments.learningRate(default: 0.001)
        power = arguments.double("learning_rate_power", in: .from(-10, through: 0), default: -0.5)
        initialAccumulator = arguments.double("initial_accumulator_value", in: .from(0), default: 0.1)
        l1 = arguments.double("l1_regularization_strength", in: .from(0), default: 0)
        l2 = arguments.double("l2_regularization_strength", in: .from(0), default: 0)
        shrinkage = arguments.double("l2_shrinkage_regularization_strength", in: .from(0), default: 0)
        beta = arguments.double("beta", in: .from(0), default: 0)
    }

    /// Writes Keras's arguments.
    func write(to json: inout JSONWriter) {
        json.field("learning_rate", learningRate)
        json.field("learning_rate_power", power)
        json.field("initial_accumulator_value", initialAccumulator)
        json.field("l1_regularization_strength", l1)
        json.field("l2_regularization_strength", l2)
        json.field("l2_shrinkage_regularization_strength", shrinkage)
        json.field("beta", beta)
    }

    /// The sum of the squared gradients, without what it starts from, and z.
    var slots: [String] { ["accumulator", "linear"] }

    /// Moves one stretch of the weights.
    func update(_ span: ParameterSpan, at moment: UpdateMoment) {
        typealias Vector = ParameterSpan.Vector
        let inverse = Vector(repeating: Float(1 / moment.learningRate))
        let start = Vector(repeating: Float(initialAccumulator))
        let bound = Vector(repeating: Float(l1))
        let pull = Vector(repeating: Float(2 * shrinkage))
        let damping = Vector(repeating: Float(2 * (l2 + beta / (2 * moment.learningRate))))
        let (squares, leaders) = (span.slot(0), span.slot(1))
        for i in 0..<span.count {
            let (gradient, weight) = (span.gradients[i], span.weights[i])
            let before = raised(start + squares[i])
            squares[i] += gradient * gradient
            let after = raised(start + squares[i])
            let leader = leaders[i] + gradient + pull * weight - (after - before) * inverse * weight
            leaders[i] = leader
            let least = pointwiseMax(pointwiseMin(leader, bound), -bound)
            let quadratic = after * inverse + damping
            // Where nothing was ever learned, nothing divides.
            let moved = (least - leader) / quadratic
            span.weights[i] = moved.replacing(with: 0, where: quadratic .== 0)
        }
    }

    private func raised(_ sums: ParameterSpan.Vector) -> ParameterSpan.Vector {
        if power == -0.5 { return sums.root }
        var powers = sums
        for lane in powers.indices { powers[lane] = Float(pow(Double(sums[lane]), -power)) }
        return powers
    }
}
