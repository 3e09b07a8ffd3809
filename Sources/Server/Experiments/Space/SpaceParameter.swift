import Glibc
import JSON
import NN

/// One member of an experiment's space: a place in the base, and which values it takes.
struct SpaceParameter: Sendable {
    /// The place as it was sent, a JSON pointer into the base.
    let path: String
    /// The names and numbers of the path, one a level.
    let tokens: [String]
    /// Which values.
    let rule: Rule

    /// Which values a parameter takes.
    enum Rule: Sendable {
        /// One of these, each as JSON.
        case choice([String])
        /// Any number of a range.
        case uniform(ClosedRange<Double>)
        /// Any number of a range, of which each order of magnitude is equally likely.
        case logUniform(ClosedRange<Double>)
        /// Any whole number of a range.
        case int(ClosedRange<Int>)
    }

    /// How many values of a choice there may be.
    static let greatestChoice = 1000

    /// The place in the request where it stands.
    var pointer: String { Self.pointer(of: path) }

    /// The place in the request of a path's member.
    static func pointer(of path: String) -> String { "/space" + JSONPointer.token(path) }

    /// How many values there are; nil where there is no end of them.
    var count: Int? {
        switch rule {
        case .choice(let values): values.count
        case .int(let range): range.count
        case .uniform, .logUniform: nil
        }
    }

    /// The value of a number below `count`, as JSON.
    func value(at place: Int) -> String {
        switch rule {
        case .choice(let values): values[place]
        case .int(let range): String(range.lowerBound + place)
        case .uniform, .logUniform: preconditionFailure("a continuous parameter has no values to be counted")
        }
    }

    /// A value that is drawn, as JSON.
    func draw(_ generator: inout SplitMix64) -> String {
        switch rule {
        case .choice, .int: return value(at: generator.draw(below: count ?? 1))
        case .uniform(let range):
            let (low, high) = (range.lowerBound, range.upperBound)
            return Self.json(low + generator.share * (high - low), in: range)
        case .logUniform(let range):
            let (low, high) = (log(range.lowerBound), log(range.upperBound))
            return Self.json(exp(low + generator.share * (high - low)), in: range)
        }
    }

    /// A number as JSON; what rounding took out of the range is put back.
    private static func json(_ number: Double, in range: ClosedRange<Double>) -> String {
        var json = JSONWriter()
        json.write(min(max(number, range.lowerBound), range.upperBound))
        return json.text
    }
}

extension SplitMix64 {
    /// A number from 0 to below 1, of 53 bits.
    fileprivate var share: Double {
        mutating get { Double(next() >> 11) * 0x1p-53 }
    }
}
