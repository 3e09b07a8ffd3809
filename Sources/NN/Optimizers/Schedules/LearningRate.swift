import JSON

/// The step size of an optimizer: a number, or a schedule that gives one for each update.
enum LearningRate: Sendable {
    /// Always the same, above 0.
    case constant(Double)
    /// Another one in every update.
    case schedule(any LearningRateSchedule)

    /// The step size of the update after so many others.
    func value(after updates: Int) -> Double {
        switch self {
        case .constant(let rate): rate
        case .schedule(let schedule): schedule.rate(after: updates)
        }
    }
}

extension LearningRate: Equatable {
    /// Whether both are the same number, or the same schedule with equal arguments.
    static func == (left: LearningRate, right: LearningRate) -> Bool {
        switch (left, right) {
        case (.constant(let left), .constant(let right)): left == right
        case (.schedule(let left), .schedule(let right)): left.isEqual(to: right)
        default: false
        }
    }
}

extension LearningRate: JSONWritable {
    /// Writes the number, or the schedule with every argument.
    func write(to json: inout JSONWriter) {
        switch self {
        case .constant(let rate): json.write(rate)
        case .schedule(let schedule):
            json.object { json in
                json.field("type", type(of: schedule).names[0])
                schedule.write(to: &json)
            }
        }
    }
}

/// A step size that follows the number of updates, by Keras's names and formulas.
///
/// To add a schedule is to add a file with a type that conforms, and its line in `LearningRateSchedules`.
protocol LearningRateSchedule: Configurable {
    /// The step size of the update after so many others, 0 for the first.
    func rate(after updates: Int) -> Double
}

/// The schedules that a request may name.
enum LearningRateSchedules {
    private static let types: [any LearningRateSchedule.Type] = [
        CosineDecay.self,
        CosineDecayRestarts.self,
        ExponentialDecay.self,
        InverseTimeDecay.self,
        PiecewiseConstantDecay.self,
        PolynomialDecay.self,
    ]

    private static let registry = Registry<any LearningRateSchedule>(
        of: "learning rate schedule",
        types.map { type in .init(names: type.names) { type.init(reading: &$0) } }
    )

    /// The schedule that a value names; nil, and a fault, where there is none.
    static func read(_ value: JSONValue, _ faults: inout Faults) -> (any LearningRateSchedule)? {
        registry.read(value, &faults) { arguments in arguments.accept("name") }?.product
    }
}

extension ObjectReader {
    /// A step size among a schedule's arguments: a number that must be given, zero or more.
    mutating func rate(_ key: String) -> Double {
        double(key, in: .from(0, through: Double(Float.greatestFiniteMagnitude)))
    }

    /// A number of updates among a schedule's arguments, at least 1.
    mutating func updates(_ key: String) -> Int { int(key, in: 1...1_000_000_000) }
}
