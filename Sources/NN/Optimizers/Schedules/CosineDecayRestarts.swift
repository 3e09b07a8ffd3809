#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// A step size that falls along half a cosine, jumps back and falls again (Keras's `CosineDecayRestarts`).
///
/// Each period is `t_mul` times as long as the one before and starts `m_mul` times as high. Source:
/// keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts; Loshchilov and Hutter 2017, arXiv:1608.03983.
struct CosineDecayRestarts: LearningRateSchedule {
    /// Keras's class name.
    static let names = ["CosineDecayRestarts"]

    /// The step size of the first update.
    let initialRate: Double
    /// The updates of the first period.
    let firstSteps: Int
    /// How much longer each period is than the one before, 1 or more.
    let lengthening: Double
    /// How much higher each period starts than the one before.
    let height: Double
    /// The share of the step size that is left at the end of a period.
    let alpha: Double

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        initialRate = arguments.rate("initial_learning_rate")
        firstSteps = arguments.updates("first_decay_steps")
        lengthening = arguments.double("t_mul", in: .from(1, through: 1e6), default: 2)
        height = arguments.double("m_mul", in: .from(0, through: 1e6), default: 1)
        alpha = arguments.double("alpha", in: .from(0, through: 1e6), default: 0)
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("initial_learning_rate", initialRate)
        json.field("first_decay_steps", firstSteps)
        json.field("t_mul", lengthening)
        json.field("m_mul", height)
        json.field("alpha", alpha)
    }

    /// The step size of the update after so many others.
    func rate(after updates: Int) -> Double {
        var share = Double(updates) / Double(firstSteps)
        var restarts = 0.0
        if lengthening == 1 {
            restarts = share.rounded(.down)
            share -= restarts
        } else {
            restarts = (log(1 - share * (1 - lengthening)) / log(lengthening)).rounded(.down)
            let length = pow(lengthening, restarts)
            share = (share - (1 - length) / (1 - lengthening)) / length
        }
        let cosine = pow(height, restarts) * (1 + cos(.pi * share)) / 2
        return initialRate * ((1 - alpha) * cosine + alpha)
    }
}
