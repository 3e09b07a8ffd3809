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

    private static let missing = Set(
        ["NA", "N/A", "NaN", "null", "-", "?", "NULL", "\\N", "<NA>"].map { Array($0.utf8) }
    )
    private static let spreadsheet = Set(
        ["#N/A", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!"].map { Array($0.utf8) }
    )
    private static let unlessWord = Set(
        [
            "none", "na", "n/a", "#na", "nan", "-nan", "+nan", "null", "<na>", ".", "inf", "-inf", "+inf", "infinity",
            "-infinity", "+infinity", "nil", "#n/a n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "--",
        ].map { Array($0.utf8) }
    )
    private static let longest = 9
    private static let firstBytes: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for mark in Array(missing) + Array(spreadsheet) + Array(unlessWord) {
            guard let first = mark.first else { continue }
            table[Int(first)] = true
            if first >= UInt8(ascii: "a") { table[Int(first) - 32] = true }
        }
        return table
    }()

    /// What a cell that isn't empty says, without blanks around it.
    ///
    /// - Parameters:
    ///   - cell: Its bytes.
    ///   - isQuoted: Whether it stood in quotes, which make a word of what would be missing.
    @inline(__always)
    func meaning(_ cell: UnsafeBufferPointer<UInt8>, isQuoted: Bool) -> Meaning {
        if let own { return own.contains { $0.elementsEqual(cell) } ? .missing : .value }
        guard cell.count <= Self.longest, cell.count > 0, Self.firstBytes[Int(cell[0])] else { return .value }
        return Self.usual(cell, isQuoted)
    }

    @inline(never)
    private static func usual(_ cell: UnsafeBufferPointer<UInt8>, _ isQuoted: Bool) -> Meaning {
        let bytes = Array(cell)
        if missing.contains(bytes) || spreadsheet.contains(bytes) { return isQuoted ? .missingUnlessWord : .missing }
        let lower = bytes.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
        return unlessWord.contains(lower) ? .missingUnlessWord : .value
    }
}
