import Glibc

/// Words by their bytes, in the order of their appearance, and how often each has come.
struct WordTable {
    /// One word.
    struct Entry {
        /// Where its bytes are.
        fileprivate let start: Int
        fileprivate let length: Int
        fileprivate let hash: UInt32
        /// How often it has come.
        var uses: Int
    }

    /// The most words of a column.
    static let mostWords = 1 << 20

    private(set) var entries: [Entry] = []
    private var bytes: [UInt8] = []
    /// The places of the entries plus one, 0 for none; at least twice as many as there are entries.
    private var slots = [UInt32](repeating: 0, count: 64)
    private let seed: UInt64

    /// An empty table, which hashes in a way that nobody outside knows.
    init() { seed = .random(in: 0...UInt64.max) }

    /// How many different words there are.
    var count: Int { entries.count }

    /// The place of a word; nil where it hasn't come.
    @inline(__always)
    func place(of word: UnsafeBufferPointer<UInt8>) -> Int? {
        let (slot, _) = find(word)
        let entry = slots[slot]
        return entry == 0 ? nil : Int(entry) - 1
    }

    /// Counts a word.
    ///
    /// - Parameters:
    ///   - word: Its bytes.
    ///   - budget: How many bytes new words may take; what a new one takes is subtracted.
    /// - Returns: Its place; nil where it is new and there is no room for it.
    @inline(__always)
    mutating func add(_ word: UnsafeBufferPointer<UInt8>, budget: inout Int) -> Int? {
        let (slot, hash) = find(word)
        let entry = slots[slot]
        if entry != 0 {
            entries[Int(entry) - 1].uses += 1
            return Int(entry) - 1
        }
        return insert(word, hash, slot, &budget)
    }

    @inline(never)
    private mutating func insert(
        _ word: UnsafeBufferPointer<UInt8>,
        _ hash: UInt32,
        _ slot: Int,
        _ budget: inout Int
    ) -> Int? {
        // The bytes, the entry, and its slots.
        let cost = word.count + MemoryLayout<Entry>.stride + 12
        guard cost <= budget, entries.count < Self.mostWords else { return nil }
        budget -= cost
        entries.append(Entry(start: bytes.count, length: word.count, hash: hash, uses: 1))
        bytes.append(contentsOf: word)
        slots[slot] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (place, entry) in entries.enumerated() {
            var slot = Int(entry.hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(place + 1)
        }
    }

    /// The slot that a word is in, or would be.
    @inline(__always)
    private func find(_ word: UnsafeBufferPointer<UInt8>) -> (slot: Int, hash: UInt32) {
        let hash = Self.hash(word, seed)
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return (slot, hash) }
            let known = entries[Int(entry) - 1]
            if known.hash == hash, known.length == word.count, matches(known, word) { return (slot, hash) }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private func matches(_ entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            guard let known = bytes.baseAddress, let start = word.baseAddress else { return word.isEmpty }
            return memcmp(known + entry.start, start, word.count) == 0
        }
    }

    @inline(__always)
    private static func hash(_ word: UnsafeBufferPointer<UInt8>, _ seed: UInt64) -> UInt32 {
        let bytes = UnsafeRawBufferPointer(word)
        // An odd number whose bits are those of the golden ratio.
        let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
        var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* factor
        var place = 0
        while place + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* factor
            hash ^= hash >> 29
            place += 8
        }
        var rest: UInt64 = 0
        let left = bytes.count - place
        if left >= 4 {
            // Two halves that may overlap.
            let low = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
            let high = bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self)
            rest = UInt64(low) | UInt64(high) << 32
        } else if left > 0 {
            rest = UInt64(bytes[place]) | UInt64(bytes[place + left / 2]) << 8 | UInt64(bytes[bytes.count - 1]) << 16
        }
        hash = (hash ^ rest) &* factor
        hash ^= hash >> 32
        hash = hash &* factor
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    /// The text of a word.
    func word(_ place: Int) -> String {
        let entry = entries[place]
        return String(decoding: bytes[entry.start..<entry.start + entry.length], as: UTF8.self)
    }

    /// Calls `body` with the bytes of a word.
    func withBytes<Result>(of place: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let entry = entries[place]
        return bytes.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[entry.start..<entry.start + entry.length]))
        }
    }
}

/// How many bytes the words of all columns may still take.
final class WordBudget {
    /// What they may take in all.
    static let bytes = 64 << 20

    var bytes = WordBudget.bytes
}
