import JSON

/// A step size that falls as one over the time (Keras's `InverseTimeDecay`).
///
/// `η = initial_learning_rate / (1 + decay_rate · t / decay_steps)`. Source:
/// keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay.
struct InverseTimeDecay: LearningRateSchedule {
    /// Keras's class name.
    static let names = ["InverseTimeDecay"]

    /// The step size of the first update.
    let initialRate: Double
    /// The updates of one unit of decay.
    let decaySteps: Int
    /// What one unit adds to the divisor.
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
        return initialRate / (1 + decayRate * (staircase ? units.rounded(.down) : units))
    }
}
