import JSON
import ModelStore

/// Which version of a model a client means.
enum VersionReference: Hashable, Sendable {
    /// The newest one, or the initial weights of a model that was never trained.
    case newest
    /// The one of that number; 0 for the initial weights.
    case number(Int)
    /// A kept epoch of a job, as in `job:17@3`.
    case kept(KeptEpoch)
    /// The one that an alias such as `stable` stands for.
    case alias(String)

    /// A number in digits, a kept epoch, or else an alias.
    init(_ text: String) {
        if let kept = KeptEpoch(text) {
            self = .kept(kept)
            return
        }
        let number = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
        self = number.map(VersionReference.number) ?? .alias(text)
    }

    /// The one of a name, once aliases have been looked up.
    init(_ name: VersionName) {
        self =
            switch name {
            case .number(let number): .number(number)
            case .kept(let kept): .kept(kept)
            }
    }
}

extension ObjectReader {
    /// The version of `key`, a number, an alias or a kept epoch; nil where the key is absent or null.
    mutating func optionalVersion(_ key: String) -> VersionReference? {
        guard let value = optionalValue(key) else { return nil }
        return faults.collect { () throws(Fault) in
            if value.kind == .string {
                let text = try value.string()
                guard !text.hasPrefix(KeptEpoch.prefix) || KeptEpoch(text) != nil else {
                    throw value.mismatch("a kept epoch in the form job:ID@EPOCH")
                }
                return VersionReference(text)
            }
            guard value.kind == .number else { throw value.mismatch("a version's number, an alias or a kept epoch") }
            return .number(try value.int(in: 0...JSONValue.exactIntegers.upperBound))
        }
    }
}
