/// Reads the known keys of a JSON object and collects every fault on the way, for all to be reported at once.
///
/// A read never throws. Where a value is missing or wrong it adds a fault and gives a stand-in that is itself allowed
/// (the default, the low end of the range, the first choice, an empty string), so that reading goes on to the next
/// fault; `faults.check()` must be called before what was read is used. `JSONValue.read(_:)` does both ends:
///
/// ```swift
/// let options = try document.root.read { reader in
///     Options(
///         epochs: reader.int("epochs", in: 1...100_000),
///         rate: reader.double("learning_rate", in: .above(0), default: 0.001),
///         order: reader.choice("order", among: ["forward", "backward"], default: "forward")
///     )
/// }   // throws FaultyInput naming each wrong, missing and unknown key
/// ```
///
/// A key with `null` counts as absent for the `optional…` reads alone.
public struct ObjectReader {
    /// What was wrong so far, here and in the objects within.
    public var faults = Faults()

    /// The object; nil stands for a value that was not one, whose fault is told once and whose keys are not missed.
    public let object: JSONValue?

    /// The keys asked for so far, in that order: what `finish()` calls known.
    public private(set) var known: [String] = []

    /// Opens `value`; if it is not an object, that is its one fault.
    public init(_ value: JSONValue) {
        object = value.kind == .object ? value : nil
        if object == nil { faults.add(value.mismatch("an object")) }
    }

    /// Stands for an object whose absence was told elsewhere: every read gives its stand-in, none adds a fault.
    init(standingFor missing: Void) { object = nil }

    /// The pointer of the object.
    public var pointer: String { object?.pointer ?? "" }

    /// Adds a fault of the value of `key`, for a rule that the reads do not know.
    public mutating func fault(at key: String, _ detail: String) {
        guard let object else { return }
        faults.add(object.pointer + JSONPointer.token(key), detail)
    }

    /// Whether the object has `key`; makes it known.
    public mutating func has(_ key: String) -> Bool { value(of: key) != nil }

    /// Makes keys known that are read elsewhere or may be ignored.
    public mutating func accept(_ keys: String...) {
        for key in keys { note(key) }
    }

    /// Adds a fault for every key that was never asked for, with the nearest known one.
    public mutating func finish() {
        guard let object else { return }
        for (key, _) in object.members where !known.contains(key) {
            fault(at: key, Suggestion.unknown("key", key, known: known))
            if faults.omitted > 0 { return }
        }
    }

    // MARK: What every read is made of

    /// The value of `key`, or nil; makes the key known.
    mutating func value(of key: String) -> JSONValue? {
        note(key)
        return object?[key]
    }

    /// Converts the value of `key`; adds the fault if it is absent or `convert` throws.
    mutating func required<Result>(
        _ key: String,
        _ expectation: @autoclosure () -> String,
        _ convert: (JSONValue) throws(Fault) -> Result
    ) -> Result? {
        guard let value = value(of: key) else {
            if object != nil { fault(at: key, "missing; expected \(expectation())") }
            return nil
        }
        return faults.collect { () throws(Fault) in try convert(value) }
    }

    /// Converts the value of `key`, if it is there and not `null`; adds the fault `convert` throws.
    mutating func optional<Result>(_ key: String, _ convert: (JSONValue) throws(Fault) -> Result) -> Result? {
        guard let value = value(of: key), !value.isNull else { return nil }
        return faults.collect { () throws(Fault) in try convert(value) }
    }

    /// Converts the value of `key`, or gives `standard` if there is none; adds the fault `convert` throws.
    mutating func value<Result>(
        _ key: String,
        default standard: Result,
        _ convert: (JSONValue) throws(Fault) -> Result
    ) -> Result {
        guard let value = value(of: key) else { return standard }
        return faults.collect { () throws(Fault) in try convert(value) } ?? standard
    }

    private mutating func note(_ key: String) {
        if !known.contains(key) { known.append(key) }
    }
}
