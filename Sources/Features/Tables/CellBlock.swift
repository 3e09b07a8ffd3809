/// One cell of a table, as it stands in the bytes of its block.
struct Cell {
    /// What a cell looks like by itself.
    enum Kind: UInt8 {
        /// Nothing, or null.
        case empty
        /// Digits with or without a sign, up to 2^53.
        case integer
        /// A number with a point or an exponent that a multiplication or division gives exactly rounded.
        case decimal
        /// Digits with or without a sign, beyond 2^53.
        case longInteger
        /// Any other number with a point or an exponent.
        case longDecimal
        /// What else stands unquoted or in quotes.
        case text
        /// A word that is no number, whatever it looks like, as JSON's strings are.
        case word
        /// JSON's `true` (with a mantissa of 1) and `false`.
        case truth
        /// An array of numbers, which stand in the block's `arrays`.
        case array
        /// The bytes of a picture or a recording.
        case file
    }

    /// Where it begins, behind its quote and blanks.
    var start: UInt32 = 0
    /// How many bytes it has, without quotes and outer blanks.
    var count: UInt32 = 0
    /// The digits of a number, the point left out.
    var mantissa: UInt64 = 0
    /// The power of ten by which the mantissa is multiplied.
    var exponent: Int16 = 0
    var kind = Kind.empty
    var flags: UInt8 = 0

    static let isNegative: UInt8 = 1
    static let isQuoted: UInt8 = 2
    /// It has doubled quotes, which stand for one.
    static let hasEscapes: UInt8 = 4
    /// An integer that begins with a zero and goes on.
    static let hasLeadingZero: UInt8 = 8
    /// A decimal whose point could as well part thousands.
    static let couldBeGrouped: UInt8 = 16

    @inline(__always)
    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    @inline(__always)
    var isNumber: Bool { kind.rawValue >= Kind.integer.rawValue && kind.rawValue <= Kind.longDecimal.rawValue }
}

/// Some rows of cells, one after the other, and the bytes that they stand in.
///
/// A class, so that it is filled again and again in one place. It is used by one thread at a time.
final class CellBlock {
    /// How many cells a block has at most, unless one row has more: so many stay in a processor's cache.
    static let cellCount = 16_384

    /// How many cells each row has room for.
    private(set) var width = 0
    /// How many rows it has.
    var rows = 0
    /// The number of its first row, from 0.
    var firstRow = 0
    /// What the cells' places count from; the bytes live as long as the block is being used.
    var base: UnsafePointer<UInt8>
    /// The physical line on which each row begins, from 1; for JSON, the record.
    var lines: [Int] = []
    /// What `lines` counts: lines, or records.
    let countsLines: Bool
    /// How many records stood before the first row, such as the header.
    var recordsBefore = 0
    private(set) var cells: UnsafeMutableBufferPointer<Cell>
    /// The numbers of the arrays among the cells, of which a cell has where its own begin and how many they are.
    var arrays: [Float] = []
    /// The extents of the arrays, of which a cell has the place as its exponent.
    var shapes: [[Int]] = []

    init(width: Int, countsLines: Bool, base: UnsafePointer<UInt8>) {
        (self.countsLines, self.base) = (countsLines, base)
        cells = .allocate(capacity: 0)
        widen(to: width)
    }

    deinit { cells.deallocate() }

    /// Makes room for more cells a row; the block has no rows then.
    func widen(to width: Int) {
        self.width = width
        rows = 0
        cells.deallocate()
        cells = .allocate(capacity: capacity * width)
        cells.initialize(repeating: Cell())
    }

    /// How many rows there is room for.
    var capacity: Int { max(Self.cellCount / max(width, 1), 1) }

    /// The bytes of a cell.
    @inline(__always)
    func bytes(_ cell: Cell) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + Int(cell.start), count: Int(cell.count))
    }

    /// Calls `body` with the bytes of a cell, doubled quotes made single.
    @inline(__always)
    func withText<Result>(_ cell: Cell, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        guard cell.has(Cell.hasEscapes) else { return try body(bytes(cell)) }
        return try Self.unescaped(bytes(cell)).withUnsafeBufferPointer(body)
    }

    private static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            text.append(bytes[place])
            place += bytes[place] == UInt8(ascii: "\"") ? 2 : 1
        }
        return text
    }

    /// A cell's text.
    func string(_ cell: Cell) -> String { withText(cell) { String(decoding: $0, as: UTF8.self) } }

    /// Where a row stands, for a client: its line and, where that is another number, its record.
    func place(ofRow row: Int) -> String {
        let record = firstRow + row + 1 + recordsBefore
        guard countsLines else { return "record \(record)" }
        return lines[row] == record ? "line \(record)" : "line \(lines[row]) (record \(record))"
    }
}

/// What cells of a table come from, block by block, as often as they are asked for.
protocol CellSource: Sendable {
    /// Gives the cells of all rows in their order.
    ///
    /// - Parameters:
    ///   - checks: Whether to check what has not been checked before, such as the encoding.
    ///   - body: Takes a block, whose cells live until it returns; returns whether to go on.
    /// - Throws: `DatasetFormatError`, `SpoolError`, or what `body` throws.
    func forEachCells(checks: Bool, _ body: (CellBlock) throws -> Bool) throws
}
