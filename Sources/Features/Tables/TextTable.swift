/// Makes a table of a text: one row, or a row a line.
struct TextTable {
    /// The longest text that may be one value, in bytes.
    private static let longest = 256 << 20

    private let spool: SpooledBytes
    private let schema: ColumnSchema
    private let areLines: Bool

    init(_ spool: SpooledBytes, _ schema: ColumnSchema, areLines: Bool) {
        (self.spool, self.schema, self.areLines) = (spool, schema, areLines)
    }

    func read() throws -> TypedTable {
        try CSVTable.check(schema, names: ["text"])
        guard areLines || spool.count <= Self.longest else {
            throw DatasetFormatError.tooLarge(
                "a text that is one value may have \(Self.longest >> 20) MiB; with rows=lines each line is one"
            )
        }
        let cells = TextCells(spool: spool, areLines: areLines)
        let marks = MissingMarks(schema.columns["text"]?.missing ?? schema.missing ?? [])
        var analyzer = ColumnAnalyzer("text", Self.text, marks: marks, budget: WordBudget())
        var rows = 0
        try cells.forEachCells(checks: true) { block in
            rows += block.rows
            try analyzer.take(block, 0)
            return true
        }
        var column = TypedColumn("text", schema.columns["text"]?.type == .category ? .category : .text)
        column.missing = rows - analyzer.collected
        column.distinct = analyzer.overflow == 0 ? analyzer.table?.count : nil
        let parser = CellParser(type: column.type, reading: .point, pattern: nil, marks: marks)
        let decided = DecidedColumn(column: column, place: 0, parser: parser, words: nil)
        return TypedTable(
            columns: [column],
            rows: rows,
            source: CellTable(cells: cells, columns: [decided], rows: rows)
        )
    }

    private static let text: ColumnSchema.Column = {
        var column = ColumnSchema.Column()
        column.type = .text
        return column
    }()
}

/// The lines of a text as cells, or all of it as one.
private struct TextCells: CellSource {
    let spool: SpooledBytes
    let areLines: Bool

    func forEachCells(checks: Bool, _ body: (CellBlock) throws -> Bool) throws {
        let window = SpoolWindow(spool, from: 0, checksUTF8: checks)
        try window.advance(by: 0)
        var place = window.count >= 3 && window.bytes[0] == 0xEF && window.bytes[1] == 0xBB ? 3 : 0
        let block = CellBlock(width: 1, countsLines: true, base: window.bytes)
        var row = 0
        while true {
            block.base = window.bytes
            block.firstRow = row
            block.rows = 0
            block.lines.removeAll(keepingCapacity: true)
            while block.rows < block.capacity, place < window.count {
                var end = place
                while end < window.count, !areLines || window.bytes[end] != 0x0A && window.bytes[end] != 0x0D {
                    end += 1
                }
                if !window.isLast, end + 1 >= window.count { break }
                var cell = Cell()
                (cell.start, cell.count) = (UInt32(place), UInt32(end - place))
                cell.kind = end == place ? .empty : .word
                block.cells[block.rows] = cell
                block.lines.append(row + block.rows + 1)
                block.rows += 1
                place =
                    end + (window.bytes[end] == 0x0D && end + 1 < window.count && window.bytes[end + 1] == 0x0A ? 2 : 1)
            }
            row += block.rows
            if block.rows > 0, try !body(block) { return }
            if block.rows == block.capacity { continue }
            guard !window.isLast else { return }
            try window.advance(by: place)
            place = 0
        }
    }
}
