/// Records of a table of text that is at hand as a whole.
public struct CellRecords: Sendable, Equatable {
    /// The byte between cells.
    public let separator: UInt8
    /// The cells of each record, without blanks around them; the first may hold names.
    public let records: [[String]]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - bytes: The text, in UTF-8.
    ///   - separator: What stands between cells; nil to find it out.
    /// - Throws: `DatasetFormatError` for text that is no table.
    public init(_ bytes: [UInt8], separator: UInt8? = nil) throws {
        let candidates: [UInt8] = separator.map { [$0] } ?? [0x2C, 0x3B, 0x09, 0x7C]
        var best: (separator: UInt8, records: [[String]]) = (candidates[0], [])
        for candidate in candidates {
            let found = try Self.cells(bytes, candidate)
            // More cells of the same number in every record is a better reading.
            let isEven = Set(found.map(\.count)).count == 1
            if best.records.isEmpty || (isEven && found[0].count > best.records[0].count) { best = (candidate, found) }
        }
        (self.separator, records) = best
    }

    /// Whether a cell stands for a missing value, as it would in an upload without a schema.
    ///
    /// - Parameters:
    ///   - cell: The cell.
    ///   - amongWords: Whether its column holds words, among which `None` is one.
    /// - Returns: Whether it is missing.
    public static func isMissing(_ cell: String, amongWords: Bool) -> Bool {
        var cell = cell
        return cell.withUTF8 { bytes in
            guard !bytes.isEmpty else { return true }
            return switch MissingMarks(nil).meaning(bytes, isQuoted: false) {
            case .missing: true
            case .missingUnlessWord: !amongWords
            case .value: false
            }
        }
    }

    private static func cells(_ bytes: [UInt8], _ separator: UInt8) throws -> [[String]] {
        var scanner = CSVScanner(separator: separator)
        var found: [[String]] = []
        func take(_ record: CSVScanner.Record) throws {
            // A line of blanks is none; a record whose values are all missing is asked about like any other.
            if record.count == 1, record.isBlank, !record.text.isEmpty { return }
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
}
