/// The beginning of a table, from which separator, decimal mark and header are found out.
struct TableSample {
    /// How many bytes are looked at, and of them at least so many lines.
    static let byteCount = 64 << 10
    static let lineCount = 3
    /// The most bytes that are held for want of lines.
    static let greatestByteCount = 4 << 20

    /// The byte between cells.
    private(set) var separator = UInt8(ascii: ",")
    /// Whether a comma stands before the decimals; nil where nothing shows it yet.
    private(set) var hasDecimalComma: Bool?
    /// Whether the first record is a header.
    private(set) var hasHeader = true
    /// How many bytes a line `sep=;` takes at the beginning; 0 without one.
    private(set) var separatorLineBytes = 0
    /// Which columns have a cell that isn't empty, below the header where there is one.
    private(set) var filled: [Bool] = []
    /// The first cells, below the header where there is one.
    private(set) var firstCells: [String] = []
    /// The cells of each record below the header, where all have the same number.
    private(set) var width: Int?

    private static let separators = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: ",")]
    private static let recordCount = 200
    /// What stands for a missing number in a column of them.
    private static let missing: Set<String> = [
        "", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "-", "?", ".", "inf", "-inf", "+inf",
        "infinity",
    ]
    private static let longestMissing = 8

    /// Looks at a beginning.
    ///
    /// - Parameters:
    ///   - text: The beginning, in UTF-8.
    ///   - isWhole: Whether it is all of the table.
    ///   - options: What the client says of separator and header.
    init(_ text: [UInt8], isWhole: Bool, _ options: ImportOptions) {
        var text = text[...]
        if let line = Self.separatorLine(text) {
            separator = line.separator
            separatorLineBytes = line.byteCount
            text = text.dropFirst(line.byteCount)
        }
        var records: [[Cell]] = []
        if separatorLineBytes > 0 || options.separator != nil {
            separator = separatorLineBytes > 0 ? separator : options.separator ?? separator
            records = Self.records(text, separator, isWhole)
        } else {
            (separator, records) = Self.bestSeparator(text, isWhole)
        }
        hasDecimalComma = Self.decimalComma(records, separator)
        if separator == UInt8(ascii: ","), hasDecimalComma == true {
            records = records.map { $0.map { Cell($0.text, TableNumbers(hasComma: true)) } }
        }
        hasHeader = options.hasHeader ?? Self.header(records)
        let below = hasHeader ? records.dropFirst() : records[...]
        let widest = below.map(\.count).max() ?? 0
        filled = (0..<widest).map { column in below.contains { $0.indices.contains(column) && !$0[column].text.isEmpty }
        }
        firstCells = below.compactMap { $0.first?.text }
        let widths = Set(below.map(\.count))
        width = widths.count == 1 ? widths.first : nil
    }

    /// Whether the first cells number the rows: integers that follow one another.
    var countsRows: Bool {
        let numbers = firstCells.map { Int($0) }
        guard !numbers.isEmpty else { return false }
        return numbers.enumerated().allSatisfy { place, number in
            number != nil && (place == 0 || number == numbers[place - 1].map { $0 + 1 })
        }
    }

    /// Whether the first cells could name the rows: no two are the same.
    var namesRows: Bool { Set(firstCells).count == firstCells.count }

    // MARK: Records

    private struct Cell {
        let text: String
        let kind: Kind

        enum Kind { case number, truth, word, missing }

        /// Looks at a cell of a record, without the blanks around it.
        init(_ cell: Range<Int>, of record: UnsafeBufferPointer<UInt8>, _ numbers: TableNumbers) {
            let range = TableNumbers.trimmed(cell, record)
            let text = String(decoding: record[range], as: UTF8.self)
            self.text = text
            var numbers = numbers
            kind =
                if TableNumbers.truth(range, record) != nil {
                    .truth
                } else if numbers.number(range, record) != nil {
                    .number
                } else {
                    range.count <= TableSample.longestMissing && TableSample.missing.contains(text.lowercased())
                        ? .missing : .word
                }
        }

        /// Looks at a cell anew, with what is known of the decimal mark by now.
        init(_ text: String, _ numbers: TableNumbers) {
            let bytes = Array(text.utf8) + [0]
            self = bytes.withUnsafeBufferPointer { Cell(0..<$0.count - 1, of: $0, numbers) }
        }

        func contains(_ mark: Unicode.Scalar) -> Bool { text.utf8.contains(UInt8(ascii: mark)) }
    }

    private static func records(_ text: ArraySlice<UInt8>, _ separator: UInt8, _ isWhole: Bool) -> [[Cell]] {
        var scanner = CSVScanner(separator: separator)
        var records: [[Cell]] = []
        let numbers = TableNumbers(hasComma: separator == UInt8(ascii: ",") ? false : nil)
        func take(_ record: CSVScanner.Record) throws {
            guard records.count < recordCount else { throw Enough() }
            let cells = record.text.withUnsafeBufferPointer { text in
                (0..<record.count).map { cell in Cell(record.range(of: cell), of: text, numbers) }
            }
            if cells.contains(where: { !$0.text.isEmpty }) { records.append(cells) }
        }
        do {
            try text.withUnsafeBufferPointer { try scanner.read($0, take) }
            if isWhole || records.isEmpty { try scanner.finish(take) }
        } catch {
            // What is wrong is told where the table itself is read.
        }
        return records
    }

    private struct Enough: Error {}

    static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    // MARK: Separator

    /// The line `sep=;` by which spreadsheets are told the separator.
    private static func separatorLine(_ text: ArraySlice<UInt8>) -> (separator: UInt8, byteCount: Int)? {
        let start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text
        let line = start.prefix { $0 != 0x0A && $0 != 0x0D }
        var words = line.filter { $0 != UInt8(ascii: "\"") }
        guard words.prefix(4).map({ $0 | 0x20 }) == Array("sep=".utf8).map({ $0 | 0x20 }) else { return nil }
        words.removeFirst(4)
        guard words.count == 1, words[0] != UInt8(ascii: "\"") else { return nil }
        var end = line.endIndex
        if end < text.endIndex, text[end] == 0x0D { end += 1 }
        if end < text.endIndex, text[end] == 0x0A { end += 1 }
        return (words[0], end - text.startIndex)
    }

    /// The separator that cuts the text into the most records alike, and of those the one that leaves the most numbers.
    private static func bestSeparator(_ text: ArraySlice<UInt8>, _ isWhole: Bool) -> (UInt8, [[Cell]]) {
        var best: (separator: UInt8, records: [[Cell]], score: [Int])?
        for separator in separators {
            let records = records(text, separator, isWhole)
            guard let first = records.first?.count, first > 1 else { continue }
            // An index or an empty column can make the records a cell wider than the header.
            let alike = records.count { abs($0.count - first) <= 1 && $0.count > 1 }
            guard alike * 2 >= records.count else { continue }
            let numbers = records.reduce(0) { $0 + $1.count { $0.kind == .number || $0.kind == .truth } }
            let score = [numbers, alike, first]
            if best.map({ $0.score.lexicographicallyPrecedes(score) }) ?? true { best = (separator, records, score) }
        }
        if let best { return (best.separator, best.records) }
        let comma = UInt8(ascii: ",")
        return (comma, records(text, comma, isWhole))
    }

    // MARK: Decimal mark

    private static func decimalComma(_ records: [[Cell]], _ separator: UInt8) -> Bool? {
        var (commas, points) = (0, 0)
        for cell in records.joined() {
            let (text, hasComma, hasPoint) = (cell.text, cell.contains(","), cell.contains("."))
            guard hasComma || hasPoint else { continue }
            let isComma = Cell(text, TableNumbers(hasComma: true)).kind == .number
            let isPoint = Cell(text, TableNumbers(hasComma: false)).kind == .number
            if hasComma, isComma, separator != UInt8(ascii: ",") || !isGrouped(text) { commas += 1 }
            if hasPoint, isPoint, !isComma { points += 1 }
        }
        if commas > 0, points == 0 { return true }
        if points > 0 || separator == UInt8(ascii: ",") { return false }
        return nil
    }

    /// Whether a comma could part thousands: three digits follow it, and up to three stand before it.
    private static func isGrouped(_ text: String) -> Bool {
        let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ",", omittingEmptySubsequences: false)
        return parts.count > 1 && (1...3).contains(parts[0].count) && parts.dropFirst().allSatisfy { $0.count == 3 }
    }

    // MARK: Header

    /// Whether the first record names the columns: words stand over numbers, or numbers that count the columns.
    private static func header(_ records: [[Cell]]) -> Bool {
        guard let first = records.first, records.count > 1 else {
            return records.first.map { !$0.allSatisfy { $0.kind == .number } || counts($0) } ?? true
        }
        var (named, unnamed) = (0, 0)
        for (column, cell) in first.enumerated() {
            let below = records.dropFirst().compactMap { $0.indices.contains(column) ? $0[column].kind : nil }
            let known = below.filter { $0 != .missing }
            guard !known.isEmpty, known.allSatisfy({ $0 == .number || $0 == .truth }) else { continue }
            switch cell.kind {
            case .word: named += 1
            case .number, .truth: unnamed += 1
            case .missing: continue
            }
        }
        if counts(first) { return true }
        return named > 0 ? named >= unnamed : unnamed == 0
    }

    /// Whether the numbers among the cells are integers that follow one another: pandas' 0, 1, 2 …, or years beside words.
    private static func counts(_ cells: [Cell]) -> Bool {
        let numbers = cells.filter { $0.kind == .number }.map { Int($0.text) }
        guard let first = numbers.first, let first else { return false }
        guard numbers.enumerated().allSatisfy({ $1 == first + $0 }) else { return false }
        if first == 0 { return cells.allSatisfy { $0.kind == .number || $0.text.isEmpty } }
        return numbers.count > 1 && (1000...9999).contains(first) && cells.contains { $0.kind == .word }
    }
}
