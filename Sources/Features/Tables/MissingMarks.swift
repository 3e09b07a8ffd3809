/// Which cells stand for a missing value, besides empty ones.
struct MissingMarks: Sendable {
    /// What a cell says.
    enum Meaning {
        /// A value.
        case value
        /// A missing value in a column of any type.
        case missing
        /// A missing value in a column of numbers, truths or dates, and a word among words.
        case missingUnlessWord
    }

    /// The cells that the schema lists; nil for the usual ones.
    private let own: [[UInt8]]?

    init(_ own: [String]?) { self.own = own.map { $0.map { Array($0.utf8) } } }

    /// Whether the schema lists what is missing, so that numbers have to be looked at as well.
    var areOwn: Bool { own != nil }

    private static let missing = [
        "NA", "N/A", "NaN", "null", "-", "?", "NULL", "\\N", "<NA>",
        // What spreadsheets leave behind.
        "#N/A", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!",
    ].map(packed)
    private static let unlessWord = [
        "none", "na", "n/a", "#na", "nan", "-nan", "+nan", "null", "<na>", ".", "inf", "-inf", "+inf", "infinity",
        "nil",
        "#n/a n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "--",
    ].map(packed)
    /// Up to 8 bytes as one number.
    private static func packed(_ text: String) -> UInt64 { text.utf8.reduce(0) { $0 << 8 | UInt64($1) } }

    /// For each byte how long the marks are that begin with it, bit 3 for three bytes: most words are told by these.
    private static let lengths: [UInt16] = {
        var lengths = [UInt16](repeating: 0, count: 256)
        for mark in missing + unlessWord {
            let count = (71 - mark.leadingZeroBitCount) / 8
            let first = UInt8(truncatingIfNeeded: mark >> UInt64(8 * (count - 1)))
            for byte in [first, upper(first)] { lengths[Int(byte)] |= 1 << UInt16(count) }
        }
        return lengths
    }()

    private static func upper(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & ~0x20 : byte
    }

    /// The same by position, without a question whether they are there yet.
    private let lengths = Self.lengths

    /// What a cell that isn't empty says, without blanks around it.
    ///
    /// - Parameters:
    ///   - cell: Its bytes.
    ///   - isQuoted: Whether it stood in quotes, which make a word of what would be missing.
    /// - Returns: What it says.
    @inline(__always)
    func meaning(_ cell: UnsafeBufferPointer<UInt8>, isQuoted: Bool) -> Meaning {
        if let own { return own.contains { $0.elementsEqual(cell) } ? .missing : .value }
        guard cell.count <= 8, cell.count > 0, lengths[Int(cell[0])] >> UInt16(cell.count) & 1 == 1 else {
            return .value
        }
        return Self.usual(cell, isQuoted)
    }

    @inline(never)
    private static func usual(_ cell: UnsafeBufferPointer<UInt8>, _ isQuoted: Bool) -> Meaning {
        let exact = cell.reduce(0) { $0 << 8 | UInt64($1) }
        if missing.contains(exact) { return isQuoted ? .missingUnlessWord : .missing }
        let lower = cell.reduce(0) { word, byte in
            word << 8 | UInt64(byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte)
        }
        return unlessWord.contains(lower) ? .missingUnlessWord : .value
    }
}
