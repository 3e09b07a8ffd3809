/// The first key of an object that repeats an earlier one, compared after escapes, byte for byte (RFC 8259 §8.3).
struct RepeatedKey {
    let name: String
    /// The offset of its opening quote.
    let offset: Int

    /// Looks through the members whose tape begins at `start` and runs to the tape's end; nil if all keys differ.
    init?(in tape: [UInt32], from start: Int, text: UnsafeBufferPointer<UInt8>) {
        var keys: [StringToken] = []
        var index = start
        while index < tape.count {
            keys.append(StringToken(tape, at: index))
            index = Tape.end(of: index + 2, in: tape, firstByte: text[Int(tape[index + 2])])
        }
        let repeated = keys.count <= 16 ? Self.pairwise(keys, text) : Self.hashed(keys, text)
        guard let repeated else { return nil }
        name = repeated.decoded(from: text)
        offset = repeated.start - 1
    }

    private static func pairwise(_ keys: [StringToken], _ text: UnsafeBufferPointer<UInt8>) -> StringToken? {
        guard !keys.contains(where: \.hasEscapes) else { return hashed(keys, text) }
        for (position, key) in keys.enumerated() {
            for earlier in keys[..<position] where earlier.count == key.count {
                let same = (0..<key.count).allSatisfy { text[earlier.start + $0] == text[key.start + $0] }
                if same { return key }
            }
        }
        return nil
    }

    private static func hashed(_ keys: [StringToken], _ text: UnsafeBufferPointer<UInt8>) -> StringToken? {
        var seen = Set<[UInt8]>(minimumCapacity: keys.count)
        return keys.first { !seen.insert(Array($0.decoded(from: text).utf8)).inserted }
    }
}
