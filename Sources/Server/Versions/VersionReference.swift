import JSON

/// Which version of a model a client means.
enum VersionReference: Hashable, Sendable {
    /// The newest one, or the initial weights of a model that was never trained.
    case newest
    /// The one of that number; 0 for the initial weights.
    case number(Int)
    /// The one that an alias such as `stable` stands for.
    case alias(String)

    /// A number in digits, or else an alias.
    init(_ text: String) {
        let number = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
        self = number.map(VersionReference.number) ?? .alias(text)
    }
}

extension ObjectReader {
    /// The version of `key`, a number or an alias; nil where the key is absent or null.
    mutating func optionalVersion(_ key: String) -> VersionReference? {
        guard let value = optionalValue(key) else { return nil }
        return faults.collect { () throws(Fault) in
            if value.kind == .string { return VersionReference(try value.string()) }
            guard value.kind == .number else { throw value.mismatch("a version's number or an alias") }
            return .number(try value.int(in: 0...JSONValue.exactIntegers.upperBound))
        }
    }
}
