extension ObjectReader {
    // MARK: Integers

    /// The integer of `key`; the low end of `range` stands in where there is a fault.
    public mutating func int(_ key: String, in range: ClosedRange<Int> = JSONValue.exactIntegers) -> Int {
        required(key, integerExpectation(range)) { value throws(Fault) in try value.int(in: range) } ?? range.lowerBound
    }

    /// The integer of `key`, or `standard` if the key is absent.
    public mutating func int(
        _ key: String,
        in range: ClosedRange<Int> = JSONValue.exactIntegers,
        default standard: Int
    ) -> Int {
        value(key, default: standard) { value throws(Fault) in try value.int(in: range) }
    }

    /// The integer of `key`, or nil if the key is absent or null.
    public mutating func optionalInt(_ key: String, in range: ClosedRange<Int> = JSONValue.exactIntegers) -> Int? {
        optional(key) { value throws(Fault) in try value.int(in: range) }
    }

    // MARK: Numbers

    /// The number of `key`; the default 0 stands in where there is a fault, whatever `interval` is.
    public mutating func double(_ key: String, in interval: Interval = .any) -> Double {
        required(key, interval.description) { value throws(Fault) in try value.double(in: interval) } ?? 0
    }

    /// The number of `key`, or `standard` if the key is absent.
    public mutating func double(_ key: String, in interval: Interval = .any, default standard: Double) -> Double {
        value(key, default: standard) { value throws(Fault) in try value.double(in: interval) }
    }

    /// The number of `key`, or nil if the key is absent or null.
    public mutating func optionalDouble(_ key: String, in interval: Interval = .any) -> Double? {
        optional(key) { value throws(Fault) in try value.double(in: interval) }
    }

    // MARK: Truth values

    /// The truth value of `key`; false stands in where there is a fault.
    public mutating func bool(_ key: String) -> Bool {
        required(key, "true or false") { value throws(Fault) in try value.bool() } ?? false
    }

    /// The truth value of `key`, or `standard` if the key is absent.
    public mutating func bool(_ key: String, default standard: Bool) -> Bool {
        value(key, default: standard) { value throws(Fault) in try value.bool() }
    }

    /// The truth value of `key`, or nil if the key is absent or null.
    public mutating func optionalBool(_ key: String) -> Bool? {
        optional(key) { value throws(Fault) in try value.bool() }
    }

    // MARK: Strings

    /// The string of `key`; an empty one stands in where there is a fault.
    public mutating func string(_ key: String) -> String {
        required(key, "a string") { value throws(Fault) in try value.string() } ?? ""
    }

    /// The string of `key`, or `standard` if the key is absent.
    public mutating func string(_ key: String, default standard: String) -> String {
        value(key, default: standard) { value throws(Fault) in try value.string() }
    }

    /// The string of `key`, or nil if the key is absent or null.
    public mutating func optionalString(_ key: String) -> String? {
        optional(key) { value throws(Fault) in try value.string() }
    }

    // MARK: One of several words

    /// The string of `key`, one of `choices`; the first stands in where there is a fault.
    public mutating func choice(_ key: String, among choices: [String]) -> String {
        precondition(!choices.isEmpty, "a choice among nothing")
        return required(key, JSONValue.expectation(of: choices)) { value throws(Fault) in
            try value.choice(among: choices)
        } ?? choices[0]
    }

    /// The string of `key`, one of `choices`, or `standard` if the key is absent.
    public mutating func choice(_ key: String, among choices: [String], default standard: String) -> String {
        value(key, default: standard) { value throws(Fault) in try value.choice(among: choices) }
    }

    /// The string of `key`, one of `choices`, or nil if the key is absent or null.
    public mutating func optionalChoice(_ key: String, among choices: [String]) -> String? {
        optional(key) { value throws(Fault) in try value.choice(among: choices) }
    }

    /// The case of `key`, named by its raw value; the first case stands in where there is a fault.
    public mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        _ type: Choice.Type = Choice.self
    ) -> Choice {
        let cases = Array(type.allCases)
        let name = choice(key, among: cases.map(\.rawValue))
        return Choice(rawValue: name) ?? cases[0]
    }

    /// The case of `key`, named by its raw value, or `standard` if the key is absent.
    public mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        default standard: Choice
    ) -> Choice {
        let name = choice(key, among: Choice.allCases.map(\.rawValue), default: standard.rawValue)
        return Choice(rawValue: name) ?? standard
    }
}
