/// What a check of a store looked at and found.
public struct CheckReport: Equatable, Sendable {
    /// One thing that is not as it should be.
    public struct Finding: Equatable, Sendable, CustomStringConvertible {
        /// What is wrong, and what can be done about it.
        public let text: String
        /// Whether it has been repaired.
        public let isRepaired: Bool

        /// The text, with a note where it has been repaired.
        public var description: String { isRepaired ? "\(text) (repaired)" : text }
    }

    /// What was found, in the order it was found.
    public internal(set) var findings: [Finding] = []
    /// How many versions were read and verified.
    public internal(set) var versions = 0
    /// How many checkpoints were read and verified.
    public internal(set) var checkpoints = 0
    /// How many datasets were read and verified.
    public internal(set) var datasets = 0

    /// Whether nothing is wrong, or nothing any more.
    public var isClean: Bool { findings.allSatisfy(\.isRepaired) }

    mutating func add(_ text: String, isRepaired: Bool = false) {
        findings.append(Finding(text: text, isRepaired: isRepaired))
    }
}
