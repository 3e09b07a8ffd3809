#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// A step size that falls along half a cosine, after a rise if wanted (Keras's `CosineDecay`).
///
/// With `warmup_target`, η rises to it over `warmup_steps` in a straight line and falls from there, else it falls from
/// `initial_learning_rate`: `η = start·((1 − alpha)(1 + cos(π·t/decay_steps))/2 + alpha)`. Source:
/// keras.io/api/optimizers/learning_rate_schedules/cosine_decay; Loshchilov and Hutter 2017, arXiv:1608.03983.
struct CosineDecay: LearningRateSchedule {
    /// Keras's class name.
    static let names = ["CosineDecay"]

    /// The step size of the first update.
    let initialRate: Double
    /// The updates of one unit of decay.
    let decaySteps: Int
    /// The share of the step size that is left at the end.
    let alpha: Double
    /// The step size to rise to first; nil for no rise.
    let warmupTarget: Double?
    /// The updates of the rise.
    let warmupSteps: Int

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        initialRate = arguments.rate("initial_learning_rate")
        decaySteps = arguments.updates("decay_steps")
        alpha = arguments.double("alpha", in: .from(0, through: 1e6), default: 0)
        warmupTarget = arguments.optionalDouble("warmup_target", in: .from(0, through: 1e6))
        warmupSteps = arguments.int("warmup_steps", in: 0...1_000_000_000, default: 0)
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("initial_learning_rate", initialRate)
        json.field("decay_steps", decaySteps)
        json.field("alpha", alpha)
        json.field("warmup_target", warmupTarget)
        json.field("warmup_steps", warmupSteps)
    }

    /// The step size of the update after so many others.
    func rate(after updates: Int) -> Double {
        guard let warmupTarget else { return decayed(from: initialRate, after: updates) }
        guard updates < warmupSteps else { return decayed(from: warmupTarget, after: updates - warmupSteps) }
        return initialRate + (warmupTarget - initialRate) * Double(updates) / Double(warmupSteps)
    }

    private func decayed(from rate: Double, after updates: Int) -> Double {
        let share = Double(min(updates, decaySteps)) / Double(decaySteps)
        return rate * ((1 - alpha) * (1 + cos(.pi * share)) / 2 + alpha)
    }
}
