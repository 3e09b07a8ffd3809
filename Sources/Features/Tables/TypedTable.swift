/// The part of a dataset that a row was uploaded for.
public enum TablePart: UInt8, Sendable, Equatable, CaseIterable {
    /// To learn from.
    case train
    /// To choose and to stop by.
    case validation
    /// To judge by in the end.
    case test
}

/// A table whose columns have types: what an upload becomes.
///
/// The values stay in the upload, or in a temporary file of it that no folder names, until they are asked for; they may
/// be asked for more than once.
public final class TypedTable: Sendable {
    /// How many bytes the values of a block may take, unless one row takes more.
    public static let blockBytes = 16 << 20

    /// The columns with values, in the upload's order.
    public let columns: [TypedColumn]
    /// The columns without: an index, and what the schema says to ignore.
    public let leftOut: [TypedColumn]
    /// How many rows there are.
    public let rows: Int
    /// The part of each row; nil where the upload named none.
    public let parts: [TablePart]?
    /// What was recognised of a table's text; nil for other forms.
    public let format: TableFormat?
    /// Sentences for the client: what was decided where it was doubtful, and what was left out.
    public let notes: [String]
    private let source: any TableSource

    init(
        columns: [TypedColumn],
        leftOut: [TypedColumn] = [],
        rows: Int,
        parts: [TablePart]? = nil,
        format: TableFormat? = nil,
        notes: [String] = [],
        source: any TableSource
    ) {
        (self.columns, self.leftOut, self.rows, self.parts) = (columns, leftOut, rows, parts)
        (self.format, self.notes, self.source) = (format, notes, source)
    }

    /// A table of values in memory.
    ///
    /// - Parameters:
    ///   - columns: The columns; of their facts the missing values are counted here.
    ///   - values: The values of each, of as many rows.
    ///   - parts: The part of each row, if any.
    ///   - notes: Sentences for the client.
    public convenience init(
        columns: [TypedColumn],
        values: [ColumnValues],
        parts: [TablePart]? = nil,
        notes: [String] = []
    ) {
        precondition(columns.count == values.count && !columns.isEmpty, "each column has values")
        let rows = values[0].count
        precondition(values.allSatisfy { $0.count == rows }, "columns are of one length")
        precondition(parts.map { $0.count == rows } ?? true, "each row has a part, or none has")
        let counted = zip(columns, values).map { column, values in
            var column = column
            column.missing = values.missing?.count { $0 } ?? 0
            return column
        }
        self.init(columns: counted, rows: rows, parts: parts, notes: notes, source: HeldTable(values: values))
    }

    /// Gives the values in blocks of rows, in the upload's order.
    ///
    /// - Parameters:
    ///   - rows: How many rows a block has at most; it has fewer where they take more than `blockBytes`.
    ///   - body: Takes the values of a block, those of each column in the order of `columns`.
    /// - Throws: `DatasetFormatError`, `SpoolError`, or what `body` throws.
    public func forEachBlock(rows: Int = 65_536, _ body: ([ColumnValues]) throws -> Void) throws {
        precondition(rows > 0, "a block has rows")
        try source.forEachBlock(rows: rows, body)
    }

    /// How often each word of a category comes, if the types could not be decided without counting them; else nil.
    ///
    /// - Parameters:
    ///   - column: The place of the column in `columns`.
    ///   - limit: How many different words there may be at most.
    /// - Returns: The words and how many rows have each.
    public func wordCounts(ofColumn column: Int, limit: Int) -> [(word: String, count: Int)]? {
        guard let words = (source as? CellTable)?.columns[column].counts, words.count <= limit,
            words.entries.reduce(0, { $0 + $1.uses }) == rows - columns[column].missing
        else { return nil }
        return words.entries.indices.map { (words.word($0), words.entries[$0].uses) }
    }

    /// The name of the file that is the value of an `image` or `sound` column, as it was in the archive; nil for others.
    public func fileName(row: Int, column: Int) -> String? { source.fileName(row: row, column: column) }
}

/// The values of another table may be some of a table's.
extension TypedTable: TableSource {}

/// Where a table's values come from.
protocol TableSource: Sendable {
    /// Gives the values of the columns that are used in blocks of at most so many rows.
    func forEachBlock(rows: Int, _ body: ([ColumnValues]) throws -> Void) throws

    /// The name of the file that is a value.
    func fileName(row: Int, column: Int) -> String?
}

extension TableSource {
    func fileName(row: Int, column: Int) -> String? { nil }
}

/// Values in memory.
private struct HeldTable: TableSource {
    let values: [ColumnValues]

    func forEachBlock(rows: Int, _ body: ([ColumnValues]) throws -> Void) throws {
        let count = values[0].count
        var start = 0
        while start < count {
            let end = min(start + rows, count)
            try body(values.map { $0.rows(start..<end) })
            start = end
        }
    }
}

extension ColumnValues {
    /// The values of some of the rows.
    func rows(_ range: Range<Int>) -> ColumnValues {
        let part: Content =
            switch content {
            case .numbers(let values): .numbers(Array(values[range]))
            case .integers(let values): .integers(Array(values[range]))
            case .booleans(let values): .booleans(Array(values[range]))
            case .dates(let values): .dates(Array(values[range]))
            case .strings(let values): .strings(Array(values[range]))
            case .arrays(let values, let shape):
                .arrays(Array(values[range.lowerBound * width(shape)..<range.upperBound * width(shape)]), shape: shape)
            case .files(let values): .files(Array(values[range]))
            }
        let holes = missing.map { Array($0[range]) }
        return ColumnValues(part, missing: holes.flatMap { $0.contains(true) ? $0 : nil })
    }

    private func width(_ shape: [Int]) -> Int { shape.reduce(1, *) }
}
