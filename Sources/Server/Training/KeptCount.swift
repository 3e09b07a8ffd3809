import JSON

/// How many of a job's epochs are kept as versions of it: Keras has no such option, its `ModelCheckpoint` writes files.
enum KeptCount: Equatable, Sendable {
    /// All of them.
    case all
    /// The newest ones.
    case newest(Int)

    /// What a number may be.
    static let counts = 1...1_000_000
    /// What stands for all.
    static let allWord = "all"

    /// The number; nil for all.
    var limit: Int? {
        guard case .newest(let count) = self else { return nil }
        return count
    }

    /// Reads `"all"` or a number.
    ///
    /// - Throws: `Fault` for anything else.
    init(_ value: JSONValue) throws(Fault) {
        if value.kind == .string {
            guard try value.string() == Self.allWord else { throw value.mismatch("\"all\" or a number of epochs") }
            self = .all
        } else {
            guard value.kind == .number else { throw value.mismatch("\"all\" or a number of epochs") }
            self = .newest(try value.int(in: Self.counts))
        }
    }
}

extension KeptCount: JSONWritable {
    func write(to json: inout JSONWriter) {
        switch self {
        case .all: json.write(Self.allWord)
        case .newest(let count): json.write(count)
        }
    }
}

extension ObjectReader {
    /// How many epochs are kept; nil where nothing is said.
    mutating func keptCount() -> KeptCount? {
        optionalValue("keep_epochs").flatMap { value in
            value.isNull ? nil : faults.collect { () throws(Fault) in try KeptCount(value) }
        }
    }
}
