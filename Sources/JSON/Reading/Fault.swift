/// One thing wrong with a JSON body: where, and what was expected and found there.
public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The place, as an RFC 6901 JSON pointer; empty for the whole body.
    public var pointer: String

    /// One sentence without the place: `expected an integer from 1 to 65536, found "ten"`.
    public var detail: String

    /// Makes the fault of the value at `pointer`.
    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    /// The place and the sentence, `/layers/2/units: expected …`; the sentence alone for the whole body.
    public var description: String { pointer.isEmpty ? detail : "\(pointer): \(detail)" }
}

/// The faults of a body, in the order found; the first `limit` are kept.
///
/// Past the limit reading goes on only to the end of what is at hand: loops over elements and keys stop at the first
/// fault that is not kept, so that a body of a million faults costs no more than one of a hundred.
public struct Faults: Sendable, Equatable {
    /// How many faults are kept, so that an answer about a bad body stays readable and bounded.
    public static let limit = 100

    /// The faults kept.
    public private(set) var list: [Fault] = []

    /// How many more were met before reading was given up; 0 if the list is complete.
    public private(set) var omitted = 0

    /// Starts without faults.
    public init() {}

    /// True while nothing was wrong.
    public var isEmpty: Bool { list.isEmpty }

    /// Adds one fault.
    public mutating func add(_ fault: Fault) {
        if list.count < Self.limit { list.append(fault) } else { omitted += 1 }
    }

    /// Adds a fault of the value at `pointer`.
    public mutating func add(_ pointer: String, _ detail: String) {
        add(Fault(pointer: pointer, detail: detail))
    }

    /// Adds what was wrong elsewhere.
    public mutating func add(_ others: Faults) {
        for fault in others.list { add(fault) }
        omitted += others.omitted
    }

    /// Goes on only if nothing was wrong.
    ///
    /// - Throws: `FaultyInput` holding every fault, if there are any.
    public func check() throws(FaultyInput) {
        if !isEmpty { throw FaultyInput(faults: list, omitted: omitted) }
    }

    /// Runs `body`, and adds the fault it throws.
    ///
    /// - Returns: What `body` gave, or nil if it threw.
    public mutating func collect<Result>(_ body: () throws(Fault) -> Result) -> Result? {
        do throws(Fault) {
            return try body()
        } catch {
            add(error)
            return nil
        }
    }
}

/// A body that is JSON but not what was asked for, with everything that is wrong about it.
public struct FaultyInput: Error, Sendable, Equatable, CustomStringConvertible {
    /// The faults, in the order found; never empty.
    public let faults: [Fault]

    /// How many more were met before reading was given up; 0 if the list is complete.
    public let omitted: Int

    init(faults: [Fault], omitted: Int) {
        precondition(!faults.isEmpty, "faulty input without a fault")
        self.faults = faults
        self.omitted = omitted
    }

    /// Makes the error of one fault.
    public init(_ fault: Fault) { self.init(faults: [fault], omitted: 0) }

    /// The faults on one line, separated by semicolons.
    public var description: String {
        let line = faults.map(\.description).joined(separator: "; ")
        return omitted == 0 ? line : "\(line); and more"
    }
}
