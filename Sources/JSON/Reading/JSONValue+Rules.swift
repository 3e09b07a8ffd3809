extension JSONValue {
    /// The integer, if it lies in `range`.
    ///
    /// - Throws: `Fault` telling the range.
    public func int(in range: ClosedRange<Int>) throws(Fault) -> Int {
        let expectation = integerExpectation(range)
        guard kind == .number else { throw mismatch(expectation) }
        guard let integer = try? int() else {
            // A number that is no exact integer is told why, in the words of `int()`.
            let nearest = nearestDouble
            guard nearest.rounded() == nearest, range.upperBound >= Self.exactIntegers.upperBound else {
                throw mismatch(expectation)
            }
            return try int()
        }
        guard range.contains(integer) else { throw mismatch(expectation) }
        return integer
    }

    /// The number, if it lies in `interval`.
    ///
    /// - Throws: `Fault` telling the interval.
    public func double(in interval: Interval) throws(Fault) -> Double {
        guard kind == .number else { throw mismatch(interval.description) }
        let number = try double()
        guard interval.contains(number) else { throw mismatch(interval.description) }
        return number
    }

    /// The string, if it is one of `choices`.
    ///
    /// - Throws: `Fault` telling the nearest choice and all of them.
    public func choice(among choices: [String]) throws(Fault) -> String {
        guard kind == .string else { throw mismatch(Self.expectation(of: choices)) }
        let found = try string()
        guard !choices.contains(found) else { return found }
        let question = Suggestion.closest(to: found, among: choices).map { "; did you mean \(quoted($0))?" } ?? ""
        throw Fault(
            pointer: pointer,
            detail: "expected \(Self.expectation(of: choices)), found \(quoted(found))\(question)"
        )
    }

    static func expectation(of choices: [String]) -> String {
        (choices.count == 1 ? "" : "one of ") + choices.map(quoted).joined(separator: ", ")
    }

    /// `count` integers: an array of that many, or one integer that stands for all, as Keras's `kernel_size` takes.
    ///
    /// - Throws: `Fault` telling the count and range.
    public func tuple(of count: Int, in range: ClosedRange<Int>) throws(Fault) -> [Int] {
        switch kind {
        case .number: return Array(repeating: try int(in: range), count: count)
        case .array where self.count == count: return try ints(in: range)
        default: throw mismatch(Self.tupleExpectation(count, range))
        }
    }

    static func tupleExpectation(_ count: Int, _ range: ClosedRange<Int>) -> String {
        "\(integerExpectation(range)) or an array of \(count)"
    }

    /// The integers of an array.
    ///
    /// - Throws: `Fault` of the array, or of the first element that is not an integer in `range`.
    public func ints(in range: ClosedRange<Int> = exactIntegers) throws(Fault) -> [Int] {
        guard kind == .array else { throw mismatch("an array of integers") }
        var integers: [Int] = []
        integers.reserveCapacity(count)
        for element in elements { integers.append(try element.int(in: range)) }
        return integers
    }
}
