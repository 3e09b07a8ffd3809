import JSON

/// What every optimizer of Keras can do with gradients and weights beside moving them.
struct UpdateOptions: Sendable {
    /// By what share of η the weights shrink in each update, before they are moved; nil for not at all.
    var weightDecay: Double?
    /// Whether the request says so, null for none among it.
    let saysDecay: Bool
    /// How large gradients are cut; nil for not at all.
    let clipping: GradientClipping?
    /// The moving average of the weights; nil for none.
    let average: WeightAverage?
    /// The mean of how many steps' gradients moves the weights, once in so many steps; 1 for each step's own.
    let accumulationSteps: Int

    /// The slot of the gradients' sum, where those of several steps are one.
    static let accumulator = "gradient_accumulator"

    /// None of all that.
    static let none = UpdateOptions()

    private init() {
        (weightDecay, clipping, average) = (nil, nil, nil)
        accumulationSteps = 1
        saysDecay = false
    }

    /// Reads `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`, `use_ema` with its two, and
    /// `gradient_accumulation_steps`, and takes Keras's other shared arguments where they change nothing.
    init(reading arguments: inout ObjectReader) {
        saysDecay = arguments.has("weight_decay")
        weightDecay = arguments.optionalDouble("weight_decay", in: .from(0, through: 1e6))
        clipping = arguments.clipping()
        average = WeightAverage(reading: &arguments)
        accumulationSteps =
            arguments.optionalInt("gradient_accumulation_steps", in: 2...Int(UInt32.max)) ?? Self.none.accumulationSteps
        arguments.accept("name")
        arguments.only(nil, for: "loss_scale_factor")
    }

    /// The buffers, each as large as the weights, that this needs beside the rule's.
    var slots: [String] {
        (average == nil ? [] : [WeightAverage.slot]) + (accumulationSteps > 1 ? [Self.accumulator] : [])
    }

    /// Writes what is used.
    func write(to json: inout JSONWriter) {
        json.field("weight_decay", ifPresent: weightDecay)
        if let clipping { json.field(clipping.kind.rawValue, clipping.limit) }
        average?.write(to: &json)
        if accumulationSteps > 1 { json.field("gradient_accumulation_steps", accumulationSteps) }
    }
}

extension ObjectReader {
    /// The one way in which gradients are cut.
    fileprivate mutating func clipping() -> GradientClipping? {
        var found: GradientClipping?
        for kind in GradientClipping.Kind.allCases {
            guard let limit = optionalDouble(kind.rawValue, in: .above(0)) else { continue }
            if let first = found {
                fault(at: kind.rawValue, "\(first.kind.rawValue) is given too, only one of them can be used")
            }
            found = GradientClipping(kind: kind, limit: limit)
        }
        return found
    }

    /// The step size that every optimizer takes: a number above 0, or a schedule.
    mutating func learningRate(default standard: Double) -> LearningRate {
        guard let value = optionalValue("learning_rate") else { return .constant(standard) }
        guard value.kind == .object else {
            return .constant(
                double(
                    "learning_rate",
                    in: .above(0, through: Double(Float.greatestFiniteMagnitude)),
                    default: standard
                )
            )
        }
        return LearningRateSchedules.read(value, &faults).map(LearningRate.schedule) ?? .constant(standard)
    }

    /// The small number that keeps a quotient finite, no smaller than float32 can tell from 0.
    mutating func epsilon(default standard: Double) -> Double {
        double("epsilon", in: .from(1e-30, through: 1), default: standard)
    }
}

extension UpdateOptions: Equatable {
    /// Whether both do the same.
    static func == (left: UpdateOptions, right: UpdateOptions) -> Bool {
        (left.weightDecay, left.clipping, left.average, left.accumulationSteps)
            == (right.weightDecay, right.clipping, right.average, right.accumulationSteps)
    }
}
