/// Makes a table of arrays, each of which is a column.
struct ArrayTable {
    private let columns: [ArrayColumn]
    private let schema: ColumnSchema

    /// A table of one file of NumPy or IDX.
    init(_ bytes: SpooledBytes, _ schema: ColumnSchema, name: String) throws {
        columns = [try ArrayColumn(name, bytes)]
        self.schema = schema
    }

    /// A table of arrays that are at hand.
    init(_ columns: [ArrayColumn], _ schema: ColumnSchema) { (self.columns, self.schema) = (columns, schema) }

    /// A table of the arrays of an archive (NPZ).
    ///
    /// - Parameters:
    ///   - archive: The archive, all files of which are NPY.
    ///   - schema: What the client says.
    ///   - folder: Where what is packed may be unpacked.
    /// - Throws: `DatasetFormatError.content`, or `SpoolError`.
    init(_ archive: ZipArchive, _ schema: ColumnSchema, folder: String) throws {
        self.schema = schema
        columns = try archive.entries.map { entry in
            let spool = UploadSpool(folder: folder)
            try archive.read(entry) { (piece) throws(SpoolError) in try spool.append(piece) }
            return try ArrayColumn(String(entry.name.dropLast(4)), spool.sealed())
        }
    }

    func read() throws -> TypedTable {
        try CSVTable.check(schema, names: columns.map(\.name))
        let rows = columns[0].rows
        for column in columns where column.rows != rows {
            throw DatasetFormatError.content(
                place: "column \"\(column.name)\"",
                "expected \(rows) rows, as many as \"\(columns[0].name)\" has, found \(column.rows)"
            )
        }
        guard rows > 0 else { throw DatasetFormatError.content(place: "", "the arrays have no rows") }
        var source = ArraySource(rows: rows)
        var typed: [TypedColumn] = []
        var leftOut: [TypedColumn] = []
        var notes: [String] = []
        for column in columns {
            let declared = schema.columns[column.name] ?? ColumnSchema.Column()
            var (form, facts) = try form(column, declared, &notes)
            guard !declared.isIgnored else {
                facts.isIgnored = true
                leftOut.append(facts)
                continue
            }
            if case .words = form {} else { facts.missing = try missing(column, facts.type) }
            typed.append(facts)
            source.parts.append(ArraySource.Part(column: column, form: form, type: facts.type))
        }
        guard !typed.isEmpty else {
            throw DatasetFormatError.content(place: "", "no column is left: the schema ignores each")
        }
        return TypedTable(columns: typed, leftOut: leftOut, rows: rows, notes: notes, source: source)
    }

    private func form(
        _ column: ArrayColumn,
        _ declared: ColumnSchema.Column,
        _ notes: inout [String]
    ) throws -> (ArraySource.Form, TypedColumn) {
        let name = column.name
        func refuse(_ type: ColumnType) -> DatasetFormatError {
            .content(
                place: "column \"\(name)\"",
                "its values are of the type \"\(type.rawValue)\" and can't be \"\(declared.type?.rawValue ?? "")\" as the schema says"
            )
        }
        if column.type.isText {
            let cells = ArrayWordCells(column: column)
            let marks = MissingMarks(declared.missing ?? schema.missing)
            var analyzer = ColumnAnalyzer(name, declared, marks: marks, budget: WordBudget())
            try cells.forEachCells(checks: true) { block in
                try analyzer.take(block, 0)
                return true
            }
            if analyzer.needsWords {
                analyzer.collectAgain()
                try cells.forEachCells(checks: false) { block in
                    analyzer.collect(block, 0)
                    return true
                }
            }
            var decision = ColumnDecision([analyzer], rows: column.rows, separator: nil)
            let decided = try decision.decide(analyzer, place: 0)
            notes += decision.notes
            return (.words(CellTable(cells: cells, columns: [decided], rows: column.rows)), decided.column)
        }
        if column.shape.count > 1 {
            guard declared.type == nil || declared.type == .array else { throw refuse(.array) }
            return (.values, TypedColumn(name, .array, shape: column.rowShape))
        }
        if column.dateUnit != nil {
            guard declared.type == nil || declared.type == .date else { throw refuse(.date) }
            var facts = TypedColumn(name, .date)
            facts.dateForm = .init(format: "datetime64", hasZone: false)
            return (.values, facts)
        }
        var found: ColumnType = column.type.kind == .float ? .number : column.type.kind == .bool ? .boolean : .integer
        if found == .integer, column.type.kind == .unsigned, column.type.size == 8, try isBeyondInt64(column) {
            found = .category
            notes.append("column \"\(name)\" is a category, since some of its numbers are beyond 2^63")
        }
        switch (found, declared.type) {
        case (_, nil), (.number, .number), (.boolean, .boolean): break
        case (.integer, .number), (.integer, .integer), (.integer, .category), (.integer, .boolean),
            (.boolean, .category),
            (.category, .category), (.category, .number), (.boolean, .integer), (.boolean, .number):
            found = declared.type ?? found
        default: throw refuse(found)
        }
        return (.values, TypedColumn(name, found))
    }

    private func isBeyondInt64(_ column: ArrayColumn) throws -> Bool {
        var row = 0
        while row < column.rows {
            let end = min(row + 65_536, column.rows)
            if try column.integers(row..<end).contains(where: { $0 < 0 }) { return true }
            row = end
        }
        return false
    }

    private func missing(_ column: ArrayColumn, _ type: ColumnType) throws -> Int {
        guard type == .date || column.type.kind == .float && type == .number else { return 0 }
        var (row, count) = (0, 0)
        while row < column.rows {
            let rows = row..<min(row + 65_536, column.rows)
            count +=
                type == .date
                ? try column.dates(rows).count { $0 == nil } : try column.doubles(rows).count(where: \.isNaN)
            row = rows.upperBound
        }
        return count
    }
}

/// The values of arrays.
private struct ArraySource: TableSource {
    enum Form: Sendable {
        /// Numbers, truths, dates, arrays of them.
        case values
        /// Words, or what they turned out to be.
        case words(CellTable)
    }

    struct Part: Sendable {
        let column: ArrayColumn
        let form: Form
        let type: ColumnType
    }

    let rows: Int
    var parts: [Part] = []

    init(rows: Int) { self.rows = rows }

    func forEachBlock(rows limit: Int, _ body: ([ColumnValues]) throws -> Void) throws {
        let width = parts.reduce(0) { $0 + 8 * $1.column.volume }
        let step = max(min(limit, TypedTable.blockBytes / max(width, 1)), 1)
        var row = 0
        while row < rows {
            let range = row..<min(row + step, rows)
            try body(parts.map { try values($0, range) })
            row = range.upperBound
        }
    }

    private func values(_ part: Part, _ rows: Range<Int>) throws -> ColumnValues {
        let column = part.column
        if case .words(let table) = part.form { return try table.values(column: column, rows) }
        switch part.type {
        case .array: return ColumnValues(.arrays(try column.floats(rows), shape: column.rowShape))
        case .number:
            let numbers = try column.doubles(rows)
            let missing = numbers.map(\.isNaN)
            return ColumnValues(
                .numbers(numbers.map { $0.isNaN ? 0 : $0 }),
                missing: missing.contains(true) ? missing : nil
            )
        case .date:
            let dates = try column.dates(rows)
            let missing = dates.map { $0 == nil }
            return ColumnValues(.dates(dates.map { $0 ?? 0 }), missing: missing.contains(true) ? missing : nil)
        case .boolean: return ColumnValues(.booleans(try column.integers(rows).map { $0 != 0 }))
        case .category:
            let isUnsigned = column.type.kind == .unsigned
            return ColumnValues(
                .strings(
                    try column.integers(rows).map { value in
                        column.type.kind == .bool
                            ? value == 0 ? "false" : "true"
                            : isUnsigned ? String(UInt64(bitPattern: value)) : String(value)
                    }
                )
            )
        case .integer, .text, .image, .sound: return ColumnValues(.integers(try column.integers(rows)))
        }
    }
}

extension CellTable {
    /// The values of some rows of an array of words.
    fileprivate func values(column array: ArrayColumn, _ rows: Range<Int>) throws -> ColumnValues {
        var builder = ColumnBuilder(columns[0])
        try ArrayWordCells(column: array, rows: rows).forEachCells(checks: false) { block in
            try builder.take(block, rows: 0..<block.rows)
            return true
        }
        return builder.finish()
    }
}
