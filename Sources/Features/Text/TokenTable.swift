/// Words numbered in the order in which they came, found again by their UTF-8 bytes.
///
/// A `Dictionary` of `String` would do for neither: it takes composed and decomposed letters for the same word, which
/// Keras does not, and it needs a `String` for every word of a text. Here the bytes of all words lie in one array, and
/// an open hash table of numbers points into it.
struct TokenTable: Sendable, Equatable {
    /// The bytes of all words, one after the other.
    private var bytes: [UInt8] = []
    /// Where the word of each number ends in `bytes`.
    private var ends: [Int] = []
    /// Half of a word's hash in the upper 32 bits, its number plus one in the lower ones; 0 is an empty slot.
    ///
    /// There are always at least twice as many as words, and their count is a power of two.
    private var slots = [UInt64](repeating: 0, count: 16)

    /// A secret of this process, so that nobody can choose words that all fall into one slot.
    private static let seed = UInt64.random(in: 0...UInt64.max)

    /// How many words there are.
    var count: Int { ends.count }

    /// How many bytes the words have together.
    var byteCount: Int { bytes.count }

    /// The number of a word, or nil.
    func number(of word: UnsafeBufferPointer<UInt8>) -> Int? {
        let hash = Self.hash(word)
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[place]
            if slot == 0 { return nil }
            if slot >> 32 == hash >> 32 {
                let number = Int(slot & 0xFFFF_FFFF) - 1
                if isWord(number, word) { return number }
            }
            place = (place + 1) & mask
        }
    }

    /// The number of a word, or nil.
    func number(of word: String) -> Int? {
        word.withBytes { number(of: $0) }
    }

    /// The number of a word, which it gets now if it is new.
    @discardableResult
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>) -> (number: Int, isNew: Bool) {
        if let number = number(of: word) { return (number, false) }
        bytes.append(contentsOf: word)
        ends.append(bytes.count)
        if ends.count * 2 > slots.count { grow() } else { enter(Self.hash(word), ends.count - 1) }
        return (ends.count - 1, true)
    }

    /// The number of a word, which it gets now if it is new.
    @discardableResult
    mutating func insert(_ word: String) -> (number: Int, isNew: Bool) {
        var word = word
        return word.withUTF8 { insert($0) }
    }

    /// The word of a number.
    subscript(number: Int) -> String { String(decoding: slice(number), as: UTF8.self) }

    /// Whether the bytes of one word come before those of another.
    func precedes(_ left: Int, _ right: Int) -> Bool { slice(left).lexicographicallyPrecedes(slice(right)) }

    /// The words in the order of their numbers.
    var words: [String] { (0..<count).map { self[$0] } }

    private func slice(_ number: Int) -> ArraySlice<UInt8> {
        bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }

    private func isWord(_ number: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == word.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<word.count where bytes[start + index] != word[index] { return false }
            return true
        }
    }

    private mutating func enter(_ hash: UInt64, _ number: Int) {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 { place = (place + 1) & mask }
        slots[place] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(number + 1)
    }

    private mutating func grow() {
        slots = [UInt64](repeating: 0, count: slots.count * 4)
        for number in 0..<count {
            let hash = slice(number).withUnsafeBufferPointer { Self.hash($0) }
            enter(hash, number)
        }
    }

    /// Eight bytes at a time, each folded in by the halves of a 128-bit product (as in wyhash, Wang Yi 2019).
    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let bytes = UnsafeRawBufferPointer(word)
        var hash = seed ^ UInt64(bytes.count)
        var index = 0
        while index + 8 <= bytes.count {
            hash = folded(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self), 0x9E37_79B9_7F4A_7C15)
            index += 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        return folded(hash ^ rest, 0xE703_7ED1_A0B4_28DB)
    }

    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    static func == (left: TokenTable, right: TokenTable) -> Bool {
        left.bytes == right.bytes && left.ends == right.ends
    }
}

extension String {
    /// The UTF-8 bytes, without a copy wherever the string has them together, as all but bridged ones do.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return copy.withUTF8(body)
    }
}
