/// The numbers a field may take, with either end open, closed or absent, and the words for it.
public struct Interval: Sendable, Equatable, CustomStringConvertible {
    private enum End: Sendable, Equatable {
        case none
        case including(Double)
        case excluding(Double)
    }

    private let lower: End
    private let upper: End

    /// Every finite number.
    public static let any = Interval(lower: .none, upper: .none)

    /// `lower ≤ x`.
    public static func from(_ lower: Double) -> Interval { Interval(lower: .including(lower), upper: .none) }

    /// `lower < x`.
    public static func above(_ lower: Double) -> Interval { Interval(lower: .excluding(lower), upper: .none) }

    /// `lower ≤ x ≤ upper`.
    public static func from(_ lower: Double, through upper: Double) -> Interval {
        Interval(lower: .including(lower), upper: .including(upper))
    }

    /// `lower ≤ x < upper`.
    public static func from(_ lower: Double, below upper: Double) -> Interval {
        Interval(lower: .including(lower), upper: .excluding(upper))
    }

    /// `lower < x ≤ upper`.
    public static func above(_ lower: Double, through upper: Double) -> Interval {
        Interval(lower: .excluding(lower), upper: .including(upper))
    }

    /// `lower < x < upper`.
    public static func above(_ lower: Double, below upper: Double) -> Interval {
        Interval(lower: .excluding(lower), upper: .excluding(upper))
    }

    /// Whether `number` lies within.
    public func contains(_ number: Double) -> Bool {
        switch lower {
        case .including(let bound) where number < bound: return false
        case .excluding(let bound) where number <= bound: return false
        default: break
        }
        switch upper {
        case .including(let bound) where number > bound: return false
        case .excluding(let bound) where number >= bound: return false
        default: return true
        }
    }

    /// What is allowed, with its article: `a number from 0 to 1`, `a number above 0`.
    public var description: String {
        switch (lower, upper) {
        case (.none, .none): "a number"
        case (.including(let low), .none): "a number of at least \(plain(low))"
        case (.excluding(let low), .none): "a number above \(plain(low))"
        case (.none, .including(let high)): "a number of at most \(plain(high))"
        case (.none, .excluding(let high)): "a number below \(plain(high))"
        case (.including(let low), .including(let high)): "a number from \(plain(low)) to \(plain(high))"
        case (.including(let low), .excluding(let high)): "a number from \(plain(low)) to below \(plain(high))"
        case (.excluding(let low), .including(let high)): "a number above \(plain(low)), at most \(plain(high))"
        case (.excluding(let low), .excluding(let high)): "a number above \(plain(low)), below \(plain(high))"
        }
    }

    private func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}

/// What is allowed, with its article: `an integer from 1 to 10`, `an integer of at least 1`.
func integerExpectation(_ range: ClosedRange<Int>) -> String {
    let everything = JSONValue.exactIntegers
    switch (range.lowerBound <= everything.lowerBound, range.upperBound >= everything.upperBound) {
    case (true, true): return "an integer"
    case (true, false): return "an integer of at most \(range.upperBound)"
    case (false, true): return "an integer of at least \(range.lowerBound)"
    case (false, false): return "an integer from \(range.lowerBound) to \(range.upperBound)"
    }
}
