import JSON

/// What every optimizer of Keras can do with gradients and weights before it moves them.
struct UpdateOptions: Sendable {
    /// By what share of η the weights shrink in each update, before they are moved; nil for not at all.
    var weightDecay: Double?
    /// Whether the request says so, null for none among it.
    let saysDecay: Bool
    /// How large gradients are cut; nil for not at all.
    let clipping: GradientClipping?

    /// Neither decay nor clipping.
    static let none = UpdateOptions(weightDecay: nil, clipping: nil)

    private init(weightDecay: Double?, clipping: GradientClipping?) {
        self.weightDecay = weightDecay
        self.clipping = clipping
        saysDecay = false
    }

    /// Reads `weight_decay`, `clipnorm`, `clipvalue` and `global_clipnorm`, and takes Keras's other shared arguments
    /// where they change nothing.
    init(reading arguments: inout ObjectReader) {
        saysDecay = arguments.has("weight_decay")
        weightDecay = arguments.optionalDouble("weight_decay", in: .from(0, through: 1e6))
        clipping = arguments.clipping()
        arguments.accept("name", "ema_momentum")
        for key in ["loss_scale_factor", "gradient_accumulation_steps", "ema_overwrite_frequency"] {
            arguments.only(nil, for: key)
        }
        arguments.only(.bool(false), for: "use_ema")
    }

    /// Writes what is used.
    func write(to json: inout JSONWriter) {
        json.field("weight_decay", ifPresent: weightDecay)
        if let clipping { json.field(clipping.kind.rawValue, clipping.limit) }
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
        (left.weightDecay, left.clipping) == (right.weightDecay, right.clipping)
    }
}
