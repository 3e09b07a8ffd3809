/// Integers of a JSON text that a 32-bit float doesn't hold: what they are read as is another integer.
public struct RoundedIntegers: Sendable, Equatable {
    /// One of them.
    public struct Example: Sendable, Equatable {
        /// Where it stands.
        public let pointer: String
        /// As it is written.
        public let text: String
        /// The nearest 32-bit float.
        public let float: Float

        /// Names one by its place.
        public init(pointer: String, text: String, float: Float) {
            (self.pointer, self.text, self.float) = (pointer, text, float)
        }

        /// It in a sentence: `/x/0: 16777217 is taken as 16777216.0, the nearest number of 32 bits`.
        public var sentence: String { "\(pointer): \(text) is taken as \(float), the nearest number of 32 bits" }
    }

    /// The first of them.
    public private(set) var examples: [Example] = []
    /// How many there are.
    public private(set) var count = 0

    /// The integers up to this are all held.
    public static let greatestHeld: Float = 0x1p24

    private let limit: Int

    /// Looks through a value and all that is in it.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - limit: How many examples are kept.
    public init(in value: JSONValue, limit: Int = 5) {
        self.limit = limit
        add(value)
    }

    private mutating func add(_ value: JSONValue) {
        switch value.kind {
        case .array: for element in value.elements { add(element) }
        case .object: for member in value.members { add(member.value) }
        case .number: addNumber(value)
        case .string, .bool, .null: break
        }
    }

    private mutating func addNumber(_ value: JSONValue) {
        // Eight digits make the least integer that isn't held.
        guard value.isWrittenAsInteger, value.source.utf8.count >= 8, let float = try? value.float() else { return }
        if let integer = Int(value.source), Float(exactly: integer) != nil { return }
        count += 1
        if examples.count < limit {
            examples.append(Example(pointer: value.pointer, text: value.summary, float: float))
        }
    }

    /// A sentence for each example, and one for the rest.
    public var notes: [String] {
        examples.map(\.sentence)
            + (count > examples.count
                ? ["\(count - examples.count) more integers are taken as the nearest number"] : [])
    }
}
