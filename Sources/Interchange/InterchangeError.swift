/// Why a file can't be read, or a model can't be written: everything that stands in the way, not the first alone.
public struct InterchangeError: Error, Sendable, Equatable {
    /// One thing that stands in the way.
    public struct Fault: Sendable, Equatable, CustomStringConvertible {
        /// Where it stands, as in `/config.json#/config/layers/3` or `/graph/node/12`; empty for the file as a whole.
        public let pointer: String
        /// What is wrong there, what was expected, and what to do.
        public let message: String

        /// The place and the message; the message alone for the file as a whole.
        public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }

        /// A fault at a place.
        public init(at pointer: String, _ message: String) {
            self.pointer = pointer
            self.message = message
        }
    }

    /// The faults in the order in which they were found; at least one.
    public let faults: [Fault]

    /// An error of these faults.
    public init(_ faults: [Fault]) {
        precondition(!faults.isEmpty, "an error without a fault")
        self.faults = faults
    }

    /// An error of one fault.
    public init(at pointer: String = "", _ message: String) {
        self.init([Fault(at: pointer, message)])
    }
}
