/// The cells of a small table as words, with what was found out of its text: rows to predict.
public struct CellRecords: Sendable, Equatable {
    /// The names of the columns; nil where there is no header.
    public let names: [String]?
    /// The cells of each record, without blanks around them.
    public let records: [[String]]

    /// Reads a table that is at hand as a whole.
    ///
    /// - Parameters:
    ///   - bytes: The text, in UTF-8.
    ///   - separator: What stands between cells; nil to find it out.
    ///   - hasHeader: Whether the first record has names; nil to find it out.
    /// - Throws: `DatasetFormatError` for text that is no table.
    public init(_ bytes: [UInt8], separator: UInt8? = nil, hasHeader: Bool? = nil) throws {
        let candidates: [UInt8] = separator.map { [$0] } ?? [0x2C, 0x3B, 0x09, 0x7C]
        var best: [[String]] = []
        for candidate in candidates {
            let found = try Self.cells(bytes, candidate)
            // More cells of the same number in every record is a better reading.
            let isEven = Set(found.map(\.count)).count == 1
            if best.isEmpty || (isEven && found[0].count > best[0].count) { best = found }
        }
        let first = best.first ?? []
        let isHeader = hasHeader ?? (best.count > 1 && Self.looksLikeNames(first, over: best.dropFirst()))
        names = isHeader ? first : nil
        records = isHeader ? Array(best.dropFirst()) : best
    }

    private static func cells(_ bytes: [UInt8], _ separator: UInt8) throws -> [[String]] {
        var scanner = CSVScanner(separator: separator)
        var found: [[String]] = []
        func take(_ record: CSVScanner.Record) throws {
            if record.isBlank { return }
            found.append(
                try (0..<record.count).map { cell in
                    guard let text = record.string(of: cell) else {
                        throw DatasetFormatError.content(place: "line \(record.line)", "the text is not UTF-8")
                    }
                    return TableSample.trimmed(text)
                }
            )
        }
        try bytes.withUnsafeBufferPointer { try scanner.read($0, take) }
        try scanner.finish(take)
        return found
    }

    /// Whether cells are names: none is a number, and none occurs below in its column.
    private static func looksLikeNames(_ cells: [String], over records: ArraySlice<[String]>) -> Bool {
        guard !cells.isEmpty, cells.allSatisfy({ Double($0) == nil && !$0.isEmpty }) else { return false }
        return cells.indices.allSatisfy { column in
            !records.contains { $0.indices.contains(column) && $0[column] == cells[column] }
        }
    }
}
