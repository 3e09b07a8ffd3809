extension ObjectReader {
    // MARK: Integers, several of them

    /// `count` integers of `key`, written as an array or as one that stands for all (Keras's `kernel_size`).
    ///
    /// The low end of `range` stands in where there is a fault.
    public mutating func tuple(_ key: String, of count: Int, in range: ClosedRange<Int>) -> [Int] {
        required(key, JSONValue.tupleExpectation(count, range)) { value throws(Fault) in
            try value.tuple(of: count, in: range)
        } ?? Array(repeating: range.lowerBound, count: count)
    }

    /// `count` integers of `key`, written as an array or as one that stands for all, or `standard` if it is absent.
    public mutating func tuple(
        _ key: String,
        of count: Int,
        in range: ClosedRange<Int>,
        default standard: [Int]
    ) -> [Int] {
        value(key, default: standard) { value throws(Fault) in try value.tuple(of: count, in: range) }
    }

    /// `count` integers of `key`, written as an array or as one that stands for all, or nil if it is absent or null.
    public mutating func optionalTuple(_ key: String, of count: Int, in range: ClosedRange<Int>) -> [Int]? {
        optional(key) { value throws(Fault) in try value.tuple(of: count, in: range) }
    }

    /// The array of integers of `key`, of an allowed length; every element's fault is told.
    ///
    /// An array of the shortest allowed length, of `range`'s low end, stands in where there is a fault.
    public mutating func ints(
        _ key: String,
        in range: ClosedRange<Int> = JSONValue.exactIntegers,
        count: ClosedRange<Int> = 0...Int.max
    ) -> [Int] {
        let before = faults
        let integers = array(key, count: count) { value, faults in
            faults.collect { () throws(Fault) in try value.int(in: range) } ?? range.lowerBound
        }
        return faults == before ? integers : Array(repeating: range.lowerBound, count: count.lowerBound)
    }

    /// The array of strings of `key`, or `standard` if the key is absent; every element's fault is told.
    public mutating func strings(_ key: String, default standard: [String]) -> [String] {
        guard has(key) else { return standard }
        return array(key) { value, faults in
            faults.collect { () throws(Fault) in try value.string() } ?? ""
        }
    }

    // MARK: Arrays of anything

    /// The array of `key`, each element made by `body`; empty where there is a fault of the array itself.
    ///
    /// - Parameters:
    ///   - key: The key, which must be there.
    ///   - count: The allowed lengths.
    ///   - body: Makes one element, and adds to the faults what is wrong about it.
    /// - Returns: What `body` made, in order.
    public mutating func array<Element>(
        _ key: String,
        count: ClosedRange<Int> = 0...Int.max,
        _ body: (JSONValue, inout Faults) -> Element
    ) -> [Element] {
        let elements = required(key, Self.expectation(ofArrayOf: count)) { value throws(Fault) in
            guard value.kind == .array, count.contains(value.count) else {
                throw value.mismatch(Self.expectation(ofArrayOf: count))
            }
            return value.elements
        }
        guard let elements else { return [] }
        var made: [Element] = []
        made.reserveCapacity(elements.count)
        for element in elements {
            made.append(body(element, &faults))
            if faults.omitted > 0 { break }
        }
        return made
    }

    private static func expectation(ofArrayOf count: ClosedRange<Int>) -> String {
        switch (count.lowerBound, count.upperBound) {
        case (0, Int.max): "an array"
        case (let least, Int.max): "an array of at least \(least)"
        case (let least, let most) where least == most: "an array of \(least)"
        case (let least, let most): "an array of \(least) to \(most)"
        }
    }

    // MARK: Objects and whatever else

    /// The object of `key`, read by `body`, which also learns of unknown keys.
    ///
    /// Where there is a fault of the object itself, `body` runs on an empty one that adds none.
    public mutating func object<Result>(_ key: String, _ body: (inout ObjectReader) -> Result) -> Result {
        let value = required(key, "an object") { value throws(Fault) in value }
        guard let value else {
            var reader = ObjectReader(standingFor: ())
            return body(&reader)
        }
        return faults.read(value, body)
    }

    /// The object of `key`, read by `body`, or nil if the key is absent or null.
    public mutating func optionalObject<Result>(_ key: String, _ body: (inout ObjectReader) -> Result) -> Result? {
        guard let value = optionalValue(key) else { return nil }
        return faults.read(value, body)
    }

    /// The value of `key` as it is; nil, and a fault, if the key is absent.
    public mutating func value(_ key: String) -> JSONValue? {
        required(key, "a value") { value throws(Fault) in value }
    }

    /// The value of `key` as it is, or nil if the key is absent or null.
    public mutating func optionalValue(_ key: String) -> JSONValue? {
        optional(key) { value throws(Fault) in value }
    }
}

extension Faults {
    /// Reads `value` as an object with `body`, and adds what is wrong about it, unknown keys too.
    public mutating func read<Result>(_ value: JSONValue, _ body: (inout ObjectReader) -> Result) -> Result {
        var reader = ObjectReader(value)
        let result = body(&reader)
        reader.finish()
        add(reader.faults)
        return result
    }
}

extension JSONValue {
    /// Reads this value as an object with `body`.
    ///
    /// - Throws: `FaultyInput` with everything that is wrong, unknown keys too.
    public func read<Result>(_ body: (inout ObjectReader) -> Result) throws(FaultyInput) -> Result {
        var faults = Faults()
        let result = faults.read(self, body)
        try faults.check()
        return result
    }
}
