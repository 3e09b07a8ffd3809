/// Makes a table of spooled text with separators between its cells.
struct CSVTable {
    private let spool: SpooledBytes
    private let options: TableUploadOptions
    private let schema: ColumnSchema
    private let encoding: String

    init(_ spool: SpooledBytes, _ options: TableUploadOptions, _ schema: ColumnSchema, encoding: String) {
        (self.spool, self.options, self.schema, self.encoding) = (spool, options, schema, encoding)
    }

    /// The columns by their header, and where the records below it begin.
    private struct Layout {
        var names: [String]
        var isUnnamed: [Bool]
        var cells: CSVCells
        var format: TableFormat
        var notes: [String] = []
    }

    func read() throws -> TypedTable {
        var layout = try layout()
        let names = layout.names
        try Self.check(schema, names: names)
        let budget = WordBudget()
        var analyzers = names.map { name in
            let column = schema.columns[name] ?? ColumnSchema.Column()
            return ColumnAnalyzer(name, column, marks: MissingMarks(column.missing ?? schema.missing), budget: budget)
        }
        var read = 0
        try layout.cells.forEachCells(checks: true) { block in
            for column in analyzers.indices { try analyzers[column].take(block, column) }
            read += block.rows
            return true
        }
        let rows = (analyzers.map(\.lastFilled).max() ?? -1) + 1
        guard rows > 0 else { throw nothing(layout) }
        if rows < read {
            layout.notes.append("\(read - rows) rows at the end have no value in any column and were left out")
        }
        try collectWords(&analyzers, layout.cells)
        return try table(layout, analyzers, rows: rows)
    }

    /// Reads the cells of those columns again that turned out to be words only after their first rows.
    private func collectWords(_ analyzers: inout [ColumnAnalyzer], _ cells: CSVCells) throws {
        let late = analyzers.indices.filter { analyzers[$0].needsWords }
        guard !late.isEmpty else { return }
        for column in late { analyzers[column].collectAgain() }
        try cells.forEachCells(checks: false) { block in
            for column in late { analyzers[column].collect(block, column) }
            return true
        }
    }

    private func table(_ layout: Layout, _ analyzers: [ColumnAnalyzer], rows: Int) throws -> TypedTable {
        var decision = ColumnDecision(analyzers, rows: rows, separator: layout.cells.separator)
        var columns: [DecidedColumn] = []
        var leftOut: [TypedColumn] = []
        for (place, analyzer) in analyzers.enumerated() {
            if analyzer.declared.isIgnored {
                var column = TypedColumn(analyzer.name, analyzer.declared.type ?? .category)
                column.isIgnored = true
                leftOut.append(column)
                continue
            }
            let isUnnamed = layout.isUnnamed[place]
            if isUnnamed, analyzer.lastFilled < 0, schema.columns[analyzer.name] == nil {
                decision.note("column \(place + 1) has neither a name nor a value and was left out")
                continue
            }
            var decided = try decision.decide(analyzer, place: place)
            if place == 0, analyzers.count > 1, layout.format.hasHeader,
                isIndex(decided, analyzer, isUnnamed: isUnnamed, rows: rows)
            {
                var column = decided.column
                (column.isIndex, column.name) = (true, isUnnamed ? "" : column.name)
                leftOut.append(column)
                decision.note(
                    "the first column, which has no name, numbers or names the rows and was left out, as pandas' index"
                )
                continue
            }
            if isUnnamed { decided = decided.named(analyzer.name) }
            columns.append(decided)
        }
        guard !columns.isEmpty else {
            throw DatasetFormatError.content(
                place: "",
                "no column is left: each is an index, empty, or ignored by the schema"
            )
        }
        var format = layout.format
        format.hasDecimalComma = decision.decimalComma(columns, analyzers)
        return TypedTable(
            columns: columns.map(\.column),
            leftOut: leftOut,
            rows: rows,
            format: format,
            notes: layout.notes + decision.notes,
            source: CellTable(cells: layout.cells, columns: columns, rows: rows)
        )
    }

    /// Whether a first column is pandas' index or R's names of rows.
    private func isIndex(_ column: DecidedColumn, _ analyzer: ColumnAnalyzer, isUnnamed: Bool, rows: Int) -> Bool {
        guard schema.columns[analyzer.name] == nil else { return false }
        if analyzer.counts, analyzer.integers == rows { return isUnnamed || analyzer.name == "Unnamed: 0" }
        return isUnnamed && column.column.type == .category && column.column.distinct == rows
    }

    /// Refuses a schema of columns that aren't there.
    static func check(_ schema: ColumnSchema, names: [String]) throws(DatasetFormatError) {
        for name in schema.columns.keys.sorted() where !names.contains(name) {
            let known = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
            throw .option(
                "schema",
                "there is no column \"\(name)\"; the columns are \(known)\(names.count > 20 ? ", …" : "")"
            )
        }
        for (name, column) in schema.columns where column.type == .image || column.type == .sound {
            throw .option("schema", "column \"\(name)\": pictures and sounds come as files of a zip archive")
        }
    }

    // MARK: The header

    private func layout() throws -> Layout {
        let count = min(spool.count, TableSample.byteCount)
        var first = try spool.bytes(0..<count)
        if count < spool.count, first.count(where: { $0 == 0x0A }) < TableSample.lineCount {
            first = try spool.bytes(0..<min(spool.count, TableSample.greatestByteCount))
        }
        var known = ImportOptions()
        known.separator = options.separator
        known.hasHeader = options.hasHeader
        let sample = TableSample(first, isWhole: first.count == spool.count, known)
        let hasMark = first.starts(with: [0xEF, 0xBB, 0xBF])
        let start = sample.separatorLineBytes > 0 ? sample.separatorLineBytes : hasMark ? 3 : 0
        let firstLine = sample.separatorLineBytes > 0 ? 2 : 1
        let records = try firstRecords(from: start, line: firstLine, sample.separator)
        guard let top = records.first else {
            throw DatasetFormatError.content(place: "", "expected a table, found only empty lines")
        }
        var hasHeader = sample.hasHeader
        if options.hasHeader == nil, hasHeader, Self.comesAgain(top.cells, records.dropFirst()) { hasHeader = false }
        var names = hasHeader ? top.cells.map(\.text) : []
        var notes: [String] = []
        let below = hasHeader ? records.dropFirst() : records[...]
        var width = top.cells.count
        // R's write.table gives the column of row names no name at all.
        if hasHeader, !below.isEmpty, below.allSatisfy({ $0.cells.count == width + 1 }),
            below.contains(where: { $0.cells[width].text != "" }), sample.countsRows || sample.namesRows,
            below.count > 1
        {
            names.insert("", at: 0)
            width += 1
            notes.append("each record has one cell more than the header: the first was taken for the names of the rows")
        }
        if !hasHeader { names = [String](repeating: "", count: width) }
        let isUnnamed = names.map(\.isEmpty)
        let given = Self.named(names)
        if hasHeader { try Self.checkNames(given, line: top.line) }
        let unnamedAtEnd = isUnnamed.reversed().prefix { $0 }.count
        let cells = CSVCells(
            spool: spool,
            separator: sample.separator,
            start: hasHeader ? top.end : start,
            firstLine: hasHeader ? top.nextLine : firstLine,
            recordsBefore: hasHeader ? 1 : 0,
            width: width,
            leastWidth: hasHeader ? max(width - unnamedAtEnd, 1) : width
        )
        let format = TableFormat(
            separator: sample.separator,
            hasDecimalComma: nil,
            hasHeader: hasHeader,
            encoding: encoding
        )
        return Layout(names: given, isUnnamed: isUnnamed, cells: cells, format: format, notes: notes)
    }

    /// A record at the beginning.
    private struct First {
        let cells: [(text: String, isNumber: Bool)]
        let line: Int
        /// Where the next record begins, and its line.
        let end: Int
        let nextLine: Int
    }

    /// The first records, a few of them; what is wrong below the first is told where the table itself is read.
    private func firstRecords(from start: Int, line: Int, _ separator: UInt8) throws -> [First] {
        let window = SpoolWindow(spool, from: start, checksUTF8: true)
        try window.advance(by: 0)
        // Only what is used of it takes memory; a cell needs no initial value.
        let room = UnsafeMutableBufferPointer<Cell>.allocate(capacity: CellScanner.mostCells)
        defer { room.deallocate() }
        var scanner = CellScanner(separator: separator)
        scanner.line = line
        var records: [First] = []
        while records.count < 200 {
            guard scanner.place < window.count else { break }
            let line = scanner.line
            let found: Int?
            do throws(DatasetFormatError) {
                found = try scanner.record(window.bytes, window.count, isLast: window.isLast, into: room)
            } catch {
                guard !records.isEmpty else { throw error }
                break
            }
            guard let found else {
                guard records.isEmpty, !window.isLast, window.count <= CellScanner.longestRecord else { break }
                try window.advance(by: 0)
                scanner.restart()
                continue
            }
            guard found > 0 else { continue }
            let block = CellBlock(width: 0, countsLines: true, base: window.bytes)
            let cells = room[..<min(found, room.count)].map { (block.string($0), $0.isNumber) }
            // The last line may have no end, which the scanner counts nevertheless.
            let end = min(window.offset + scanner.place, spool.count)
            records.append(First(cells: cells, line: line, end: end, nextLine: scanner.line))
        }
        return records
    }

    /// Whether a first record of words can't be a header, since one of its words comes again in its column.
    private static func comesAgain(_ top: [(text: String, isNumber: Bool)], _ below: ArraySlice<First>) -> Bool {
        // Words over numbers are a header, whatever comes again.
        let isOverNumbers = top.indices.contains { column in
            !top[column].isNumber && !top[column].text.isEmpty
                && below.contains { $0.cells.indices.contains(column) && $0.cells[column].isNumber }
        }
        guard !isOverNumbers else { return false }
        return top.indices.contains { column in
            !top[column].text.isEmpty
                && below.contains { $0.cells.indices.contains(column) && $0.cells[column].text == top[column].text }
        }
    }

    /// Names for all columns: `column_3` for the third, if it has none.
    private static func named(_ names: [String]) -> [String] {
        let taken = Set(names)
        return names.enumerated().map { place, name in
            guard name.isEmpty else { return trimmed(name) }
            var made = "column_\(place + 1)"
            while taken.contains(made) { made += "_" }
            return made
        }
    }

    private static func trimmed(_ name: String) -> String { TableSample.trimmed(name) }

    private static func checkNames(_ names: [String], line: Int) throws(DatasetFormatError) {
        var seen: [String: Int] = [:]
        for (place, name) in names.enumerated() {
            if let other = seen.updateValue(place, forKey: name) {
                throw .content(
                    place: "line \(line)",
                    "the columns \(other + 1) and \(place + 1) have the same name \"\(name)\"; each needs its own"
                )
            }
        }
    }

    private func nothing(_ layout: Layout) -> DatasetFormatError {
        let first = (try? spool.bytes(0..<min(spool.count, TableSample.byteCount))) ?? []
        let isOneLine = !first.contains(0x0A) && !first.contains(0x0D)
        let hint =
            isOneLine && layout.names.count > 2
            ? "; it is one line of \(layout.names.count) cells: was it sent with curl -d, which takes out line ends? "
                + "--data-binary @file keeps them" : ""
        return .content(place: "", "the table has no row below its header\(hint)")
    }
}

extension DecidedColumn {
    /// The same under another name.
    func named(_ name: String) -> DecidedColumn {
        var column = column
        column.name = name
        return DecidedColumn(column: column, place: place, parser: parser, words: words, counts: counts)
    }
}
