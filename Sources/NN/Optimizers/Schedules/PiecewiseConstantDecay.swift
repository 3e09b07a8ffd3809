import JSON

/// A step size that changes at given updates (Keras's `PiecewiseConstantDecay`).
///
/// `values[0]` through update `boundaries[0]`, counted from 0, then `values[1]` through `boundaries[1]`, and so on.
/// Source: keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay.
struct PiecewiseConstantDecay: LearningRateSchedule {
    /// Keras's class name.
    static let names = ["PiecewiseConstantDecay"]

    /// The last update of each step size but the last, ascending.
    let boundaries: [Int]
    /// The step sizes, one more than boundaries.
    let values: [Double]

    /// Reads Keras's arguments.
    init(reading arguments: inout ObjectReader) {
        boundaries = arguments.array("boundaries", count: 1...10_000) { value, faults in
            faults.collect { () throws(Fault) in try value.int(in: 0...JSONValue.exactIntegers.upperBound) } ?? 0
        }
        values = arguments.array("values", count: 1...10_001) { value, faults in
            faults.collect { () throws(Fault) in try value.double(in: .from(0, through: 1e6)) } ?? 0
        }
        if !arguments.faults.isEmpty { return }
        if values.count != boundaries.count + 1 {
            arguments.fault(
                at: "values",
                "\(values.count) values for \(boundaries.count) boundaries, expected \(boundaries.count + 1)"
            )
        }
        if zip(boundaries, boundaries.dropFirst()).contains(where: { $0 >= $1 }) {
            arguments.fault(at: "boundaries", "must ascend, found \(boundaries)")
        }
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("boundaries", boundaries)
        json.field("values", values)
    }

    /// The step size of the update after so many others.
    func rate(after updates: Int) -> Double {
        values[boundaries.firstIndex { updates <= $0 } ?? boundaries.count]
    }
}
