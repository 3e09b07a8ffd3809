import JSON

/// Two numbers that make a hash another one (Keras's `salt`).
struct Salt: Sendable, Equatable {
    let first: UInt64
    let second: UInt64

    init(first: UInt64, second: UInt64) { (self.first, self.second) = (first, second) }

    /// Reads `salt`: null, a number that stands for both, or two numbers.
    init?(reading arguments: inout ObjectReader) {
        guard arguments.optionalValue("salt") != nil,
            let both = arguments.optionalTuple("salt", of: 2, in: 0...JSONValue.exactIntegers.upperBound)
        else { return nil }
        (first, second) = (UInt64(both[0]), UInt64(both[1]))
    }

    /// The numbers as they are written in a definition.
    var numbers: [Int] { [Int(first), Int(second)] }
}

/// How words are hashed into bins: FarmHash64, or SipHash64 under a salt, as in TensorFlow.
struct WordHash: Sendable, Equatable {
    let salt: Salt?

    /// The bin of a word, from 0 up to, but not including `bins`.
    func bin(of word: UnsafeBufferPointer<UInt8>, of bins: Int) -> Int {
        let hash = salt.map { SipHash64.hash(of: word, key: $0) } ?? FarmHash64.fingerprint(of: word)
        return Int(hash % UInt64(bins))
    }
}
