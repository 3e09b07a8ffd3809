#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// A step size that falls to another one along a power of the time (Keras's `PolynomialDecay`).
///
/// `η = (initial_learning_rate − end_learning_rate)·(1 − t/T)^power + end_learning_rate` with `T = decay_steps`, after
/// which it stays or, with `cycle`, T becomes the next multiple of it. Source:
/// keras.io/api/optimizers/learning_rate_schedules/polynomial_decay.
struct PolynomialDecay: LearningRateSchedule {
    /// Keras's class name.
    static let names = ["PolynomialDecay"]

    /// The step size of the first update.
    let initialRate: Double
    /// The updates of one unit of decay.
    let decaySteps: Int
    /// The step size at the end.
    let endRate: Double
    /// The power of the time that is left.
    let power: Double
    /// Whether it starts again from further out.
    let cycle: Bool

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        initialRate = arguments.rate("initial_learning_rate")
        decaySteps = arguments.updates("decay_steps")
        endRate = arguments.double("end_learning_rate", in: .from(0, through: 1e6), default: 0.0001)
        power = arguments.double("power", in: .above(0, through: 1e6), default: 1)
        cycle = arguments.bool("cycle", default: false)
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("initial_learning_rate", initialRate)
        json.field("decay_steps", decaySteps)
        json.field("end_learning_rate", endRate)
        json.field("power", power)
        json.field("cycle", cycle)
    }

    /// The step size of the update after so many others.
    func rate(after updates: Int) -> Double {
        let period = Double(decaySteps)
        var (time, end) = (Double(updates), period)
        if cycle {
            end *= max((time / period).rounded(.up), 1)
        } else {
            time = min(time, period)
        }
        return (initialRate - endRate) * pow(1 - time / end, power) + endRate
    }
}
