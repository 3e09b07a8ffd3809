import JSON

/// Makes a table of spooled JSON: NDJSON, records, or another of the forms that pandas writes.
struct JSONTable {
    /// The longest text that isn't one record after the other, in bytes; it is held in memory.
    private static let longestHeld = 256 << 20
    /// The most columns.
    static let mostColumns = 1 << 16
    /// How many records may bring columns that none before them had: each begins a block of all columns.
    static let mostLateColumns = 4096

    private let spool: SpooledBytes
    private let schema: ColumnSchema
    private let areLines: Bool
    private let heldMemory: HeldMemory?

    /// What a text takes for each of its bytes while it is held, itself included.
    private static let heldFactor = 4

    init(_ spool: SpooledBytes, _ schema: ColumnSchema, areLines: Bool, _ heldMemory: HeldMemory?) {
        (self.spool, self.schema, self.areLines, self.heldMemory) = (spool, schema, areLines, heldMemory)
    }

    func read() throws -> TypedTable {
        var cells = JSONCells(rows: try rows(), names: [], countsLines: false)
        var notes: [String] = []
        let budget = WordBudget()
        var analyzers: [ColumnAnalyzer] = []
        func analyzer(_ name: String, firstRow: Int) -> ColumnAnalyzer {
            let column = schema.columns[name] ?? ColumnSchema.Column()
            let marks = MissingMarks(column.missing ?? schema.missing)
            return ColumnAnalyzer(name, column, marks: marks, budget: budget, firstRow: firstRow)
        }
        var rows = 0
        if case .lines = cells.rows { cells.countsLines = true }
        let names = try cells.walk(
            adding: { name in analyzers.append(analyzer(name, firstRow: rows)) },
            { block in
                for column in analyzers.indices { try analyzers[column].take(block, column) }
                rows += block.rows
                return true
            }
        )
        guard rows > 0 else { throw DatasetFormatError.content(place: "", "expected records, found none") }
        guard !names.isEmpty else { throw DatasetFormatError.content(place: "", "the records have no member") }
        try CSVTable.check(schema, names: names)
        cells.names = names
        let late = analyzers.indices.filter { analyzers[$0].needsWords }
        if !late.isEmpty {
            for column in late { analyzers[column].collectAgain() }
            try cells.forEachCells(checks: false) { block in
                for column in late { analyzers[column].collect(block, column) }
                return true
            }
        }
        var decision = ColumnDecision(analyzers, rows: rows, separator: nil)
        var columns: [DecidedColumn] = []
        var leftOut: [TypedColumn] = []
        for (place, analyzer) in analyzers.enumerated() {
            if analyzer.declared.isIgnored {
                var column = TypedColumn(analyzer.name, analyzer.declared.type ?? .category)
                column.isIgnored = true
                leftOut.append(column)
            } else {
                columns.append(try decision.decide(analyzer, place: place))
            }
        }
        guard !columns.isEmpty else {
            throw DatasetFormatError.content(place: "", "no column is left: the schema ignores each of them")
        }
        if case .held(let held) = cells.rows, held.hasLabels {
            notes.append("the labels of the rows were left out, as pandas' index")
        }
        return TypedTable(
            columns: columns.map(\.column),
            leftOut: leftOut,
            rows: rows,
            notes: notes + decision.notes,
            source: CellTable(cells: cells, columns: columns, rows: rows)
        )
    }

    /// Finds out in which form the rows are.
    private func rows() throws -> JSONCells.Rows {
        let first = try spool.bytes(0..<min(spool.count, 1 << 16))
        let shown = first.drop { JSONRecords.isBlank($0) || [0xEF, 0xBB, 0xBF].contains($0) }
        if shown.first == UInt8(ascii: "[") { return .records(JSONRecords(spool: spool, areLines: false)) }
        if areLines { return .lines(JSONRecords(spool: spool, areLines: true)) }
        guard spool.count <= Self.longestHeld else {
            // Of objects that follow one another the first is short.
            if shown.first == UInt8(ascii: "{"), isLines(first) {
                return .lines(JSONRecords(spool: spool, areLines: true))
            }
            throw DatasetFormatError.tooLarge(
                "an object of columns may have \(Self.longestHeld >> 20) MiB; send more as an array of records, or as NDJSON"
            )
        }
        if isLines(first) { return .lines(JSONRecords(spool: spool, areLines: true)) }
        try heldMemory?.take(Self.heldFactor * spool.count)
        let bytes = try spool.bytes(0..<spool.count)
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let document: JSONDocument
        do throws(JSONSyntaxError) {
            document = try JSONDocument(parsing: start == 0 ? bytes : Array(bytes[start...]))
        } catch {
            throw DatasetFormatError.syntax(error)
        }
        return .held(try JSONOrient(document.root))
    }

    /// Whether another object follows the first one.
    private func isLines(_ first: [UInt8]) -> Bool {
        first.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return false }
            var place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while place < bytes.count, JSONRecords.isBlank(bytes[place]) { place += 1 }
            guard let end = JSONRecords.end(ofValueAt: place, base, bytes.count, isLast: false) else { return false }
            place = end
            while place < bytes.count, JSONRecords.isBlank(bytes[place]) { place += 1 }
            return place < bytes.count && bytes[place] == UInt8(ascii: "{")
        }
    }
}
