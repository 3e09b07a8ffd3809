import JSON

/// The range that a random layer draws a factor from.
struct FactorRange: Sendable, Equatable, JSONWritable {
    /// What a single number in place of two says.
    enum Number {
        /// From minus it to it, within the bounds.
        case eitherSide
        /// From 0 to it.
        case upward
        /// It is both ends.
        case alone
    }

    let lower: Double
    let upper: Double

    init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }

    /// Reads a number or `[low, high]`; `standard` where the key is absent, a fault where that is nil too.
    init(
        _ key: String,
        _ arguments: inout ObjectReader,
        in bounds: ClosedRange<Double>,
        number meaning: Number = .eitherSide,
        default standard: Double? = nil
    ) {
        let interval = Interval.from(bounds.lowerBound, through: bounds.upperBound)
        if arguments.object?[key]?.kind == .array {
            let ends = arguments.array(key, count: 2...2) { value, faults in
                faults.collect { () throws(Fault) in try value.double(in: interval) } ?? bounds.lowerBound
            }
            self.init(ends.min() ?? bounds.lowerBound, ends.max() ?? bounds.lowerBound)
            return
        }
        let number =
            if let standard { arguments.double(key, in: interval, default: standard) } else {
                arguments.double(key, in: interval)
            }
        switch meaning {
        case .eitherSide: self.init(max(-abs(number), bounds.lowerBound), abs(number))
        case .upward: self.init(0, number)
        case .alone: self.init(number, number)
        }
    }

    /// Reads a range that may be left out or null.
    static func optional(
        _ key: String,
        _ arguments: inout ObjectReader,
        in bounds: ClosedRange<Double>,
        number meaning: Number = .eitherSide
    ) -> FactorRange? {
        guard arguments.optionalValue(key) != nil else { return nil }
        return FactorRange(key, &arguments, in: bounds, number: meaning)
    }

    /// One of the range.
    func draw(_ random: inout RowRandom) -> Float { Float(random.uniform(lower, upper)) }

    /// Whether to act, where the range is one of probabilities: one is drawn, then whether it comes true.
    func drawsTrue(_ random: inout RowRandom) -> Bool {
        let probability = random.uniform(lower, upper)
        return random.uniform() < probability
    }

    func write(to json: inout JSONWriter) { json.write([lower, upper]) }
}
