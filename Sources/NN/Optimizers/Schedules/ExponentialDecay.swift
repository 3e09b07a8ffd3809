#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// A step size that is multiplied by the same factor again and again (Keras's `ExponentialDecay`).
///
/// `η = initial_learning_rate · decay_rate^(t / decay_steps)`. Source:
/// keras.io/api/optimizers/learning_rate_schedules/exponential_decay.
struct ExponentialDecay: LearningRateSchedule {
    /// Keras's class name.
    static let names = ["ExponentialDecay"]

    /// The step size of the first update.
    let initialRate: Double
    /// The updates of one unit of decay.
    let decaySteps: Int
    /// The factor of one unit.
    let decayRate: Double
    /// Whether only whole units count.
    let staircase: Bool

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        initialRate = arguments.rate("initial_learning_rate")
        decaySteps = arguments.updates("decay_steps")
        decayRate = arguments.double("decay_rate", in: .from(0, through: 1e6))
        staircase = arguments.bool("staircase", default: false)
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("initial_learning_rate", initialRate)
        json.field("decay_steps", decaySteps)
        json.field("decay_rate", decayRate)
        json.field("staircase", staircase)
    }

    /// The step size of the update after so many others.
    func rate(after updates: Int) -> Double {
        let units = Double(updates) / Double(decaySteps)
        return initialRate * pow(decayRate, staircase ? units.rounded(.down) : units)
    }
}
