/// Makes a table of the parts of a form, each of which is a column: an array of NumPy or IDX, an archive of arrays, or a
/// table of text.
struct FormColumns {
    private let parts: [FormTable.Part]
    private let bytes: SpooledBytes
    private let schema: ColumnSchema
    private let options: TableUploadOptions
    private let folder: String

    /// The most bytes of the parts that are text, whose values are held in memory.
    private static let longest = 256 << 20
    private static let pieceBytes = 1 << 20

    init(
        _ parts: [FormTable.Part],
        _ bytes: SpooledBytes,
        _ schema: ColumnSchema,
        _ options: TableUploadOptions,
        folder: String
    ) {
        (self.parts, self.bytes, self.schema, self.options, self.folder) = (parts, bytes, schema, options, folder)
    }

    func read() throws -> TypedTable {
        var arrays: [ArrayColumn] = []
        var held: [(column: TypedColumn, values: ColumnValues)] = []
        var leftOut: [TypedColumn] = []
        var notes: [String] = []
        var order: [(isArray: Bool, place: Int)] = []
        var rows: (count: Int, of: String)?
        var known: [String] = []
        func check(_ count: Int, _ name: String) throws(DatasetFormatError) {
            if known.contains(name) {
                throw .content(place: "part \"\(name)\"", "there is another column of this name")
            }
            known.append(name)
            if let rows, rows.count != count {
                throw .content(
                    place: "part \"\(name)\"",
                    "expected \(rows.count) rows, as many as \"\(rows.of)\" has, found \(count)"
                )
            }
            rows = rows ?? (count, name)
        }
        var textBytes = 0
        for part in parts {
            let unpacked = try unpacked(part)
            if let found = try self.arrays(part, unpacked) {
                for array in found {
                    try check(array.rows, array.name)
                    order.append((true, arrays.count))
                    arrays.append(array)
                }
                continue
            }
            textBytes += unpacked.count
            guard textBytes <= Self.longest else {
                throw DatasetFormatError.tooLarge(
                    "the parts of text have more than \(Self.longest >> 20) MiB, the limit; send one table as text/csv"
                )
            }
            let table = try table(part, unpacked)
            for column in table.leftOut { known.append(column.name) }
            leftOut += table.leftOut
            notes += table.notes.map { "part \"\(part.name)\": \($0)" }
            for (column, values) in zip(table.columns, try Self.values(of: table)) {
                try check(table.rows, column.name)
                order.append((false, held.count))
                held.append((column, values))
            }
        }
        try CSVTable.check(schema, names: known)
        guard !arrays.isEmpty else {
            return TypedTable(
                columns: held.map(\.column),
                leftOut: leftOut,
                rows: rows?.count ?? 0,
                notes: notes,
                source: BesideTable(arrays: nil, held: held.map(\.values), order: order.map { (nil, $0.place) })
            )
        }
        let table = try ArrayTable(arrays, schema.of(arrays.map(\.name))).read()
        let columns = order.compactMap { isArray, place -> (column: TypedColumn, array: Int?, held: Int)? in
            guard isArray else { return (held[place].column, nil, place) }
            // What the schema ignores has no values.
            guard let own = table.columns.firstIndex(where: { $0.name == arrays[place].name }) else { return nil }
            return (table.columns[own], own, 0)
        }
        return TypedTable(
            columns: columns.map(\.column),
            leftOut: leftOut + table.leftOut,
            rows: table.rows,
            notes: notes + table.notes,
            source: BesideTable(arrays: table, held: held.map(\.values), order: columns.map { ($0.array, $0.held) })
        )
    }

    /// The bytes of a part, without gzip.
    private func unpacked(_ part: FormTable.Part) throws -> SpooledBytes {
        let own = SpooledBytes(bytes, part.range)
        guard try own.bytes(0..<min(own.count, Gunzip.magic.count)) == Gunzip.magic else { return own }
        let spool = UploadSpool(folder: folder)
        do {
            let gunzip = try Gunzip()
            try Self.forEachPiece(of: own) { piece in
                try gunzip.read(piece) { bytes in
                    guard spool.count + bytes.count <= options.maximumBytes else {
                        throw DatasetFormatError.tooLarge(
                            "the part has more than \(options.maximumBytes) bytes unpacked"
                        )
                    }
                    try spool.append(bytes)
                }
            }
            try gunzip.finish()
        } catch let fault as InflateFault {
            throw DatasetFormatError.content(place: "part \"\(part.name)\"", fault.detail)
        }
        return spool.sealed()
    }

    private static func forEachPiece(
        of bytes: SpooledBytes,
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            try bytes.bytes(start..<min(start + pieceBytes, bytes.count)).withUnsafeBufferPointer(body)
        }
    }

    /// The arrays that a part has; nil where it is text.
    private func arrays(_ part: FormTable.Part, _ bytes: SpooledBytes) throws -> [ArrayColumn]? {
        let first = try bytes.bytes(0..<min(bytes.count, 8))
        if first.starts(with: NPYHeader.magic) || first.prefix(2) == [0, 0] {
            return [try ArrayColumn(part.name, bytes)]
        }
        guard first.starts(with: Array("PK\u{3}\u{4}".utf8)) else { return nil }
        let archive = try ZipArchive(bytes)
        guard archive.entries.allSatisfy({ $0.name.hasSuffix(".npy") }) else {
            throw DatasetFormatError.content(
                place: "part \"\(part.name)\"",
                "expected an array (IDX, NPY, NPZ) or a table (CSV), found a zip archive; send it as application/zip"
            )
        }
        return try archive.entries.map { entry in
            let spool = UploadSpool(folder: folder)
            try archive.read(entry) { (piece) throws(SpoolError) in try spool.append(piece) }
            let name = archive.entries.count == 1 ? part.name : String(entry.name.dropLast(4))
            return try ArrayColumn(name, spool.sealed())
        }
    }

    /// The table of a part that is text; a lone column has the part's name.
    private func table(_ part: FormTable.Part, _ bytes: SpooledBytes) throws -> TypedTable {
        var options = options
        let first = try bytes.bytes(0..<min(bytes.count, 4096)).prefix { $0 != 0x0A && $0 != 0x0D }
        if first.elementsEqual(part.name.utf8) || first.elementsEqual("\"\(part.name)\"".utf8) {
            options.hasHeader = true
        }
        func read(_ schema: ColumnSchema) throws -> TypedTable {
            do {
                let upload = TableUpload(options, schema: schema, temporaryFolder: folder)
                try Self.forEachPiece(of: bytes) { try upload.read($0) }
                return try upload.finish()
            } catch DatasetFormatError.content(let place, let detail) {
                throw DatasetFormatError.content(
                    place: "part \"\(part.name)\"" + (place.isEmpty ? "" : ", \(place)"),
                    detail
                )
            }
        }
        let found = try read(ColumnSchema())
        let names = found.columns.map(\.name) + found.leftOut.map(\.name)
        guard found.columns.count == 1 else {
            let own = schema.of(names)
            return own == ColumnSchema() ? found : try read(own)
        }
        var own = ColumnSchema()
        own.missing = schema.missing
        if let said = schema.columns[part.name] { own.columns[found.columns[0].name] = said }
        let table = own == ColumnSchema() ? found : try read(own)
        func renamed(_ columns: [TypedColumn]) -> [TypedColumn] {
            columns.map { column in
                var column = column
                if column.name == found.columns[0].name { column.name = part.name }
                return column
            }
        }
        return TypedTable(
            columns: renamed(table.columns),
            leftOut: renamed(table.leftOut),
            rows: table.rows,
            format: table.format,
            notes: table.notes,
            source: table
        )
    }

    /// All values of a table.
    private static func values(of table: TypedTable) throws -> [ColumnValues] {
        var all: [ColumnValues] = []
        try table.forEachBlock { block in
            if all.isEmpty { all = block } else { for place in all.indices { all[place].append(block[place]) } }
        }
        return all
    }
}

/// Values of arrays, and beside them values that are held in memory.
private struct BesideTable: TableSource {
    let arrays: TypedTable?
    let held: [ColumnValues]
    /// For each column where it is among the arrays, else among those that are held.
    let order: [(array: Int?, held: Int)]

    func forEachBlock(rows limit: Int, _ body: ([ColumnValues]) throws -> Void) throws {
        var row = 0
        func give(_ count: Int, _ block: [ColumnValues]) throws {
            let range = row..<row + count
            row += count
            try body(order.map { array, place in array.map { block[$0] } ?? held[place].rows(range) })
        }
        if let arrays {
            return try arrays.forEachBlock(rows: limit) { try give($0.first?.count ?? 0, $0) }
        }
        let count = held.first?.count ?? 0
        while row < count { try give(min(limit, count - row), []) }
    }
}

extension ColumnSchema {
    /// What is said of some columns.
    fileprivate func of(_ names: [String]) -> ColumnSchema {
        var schema = ColumnSchema()
        schema.missing = missing
        schema.columns = columns.filter { names.contains($0.key) }
        return schema
    }
}

extension ColumnValues {
    /// Appends values of the same column.
    fileprivate mutating func append(_ more: ColumnValues) {
        let (before, own, others) = (count, missing, more.missing)
        switch (content, more.content) {
        case (.numbers(let a), .numbers(let b)): content = .numbers(a + b)
        case (.integers(let a), .integers(let b)): content = .integers(a + b)
        case (.booleans(let a), .booleans(let b)): content = .booleans(a + b)
        case (.dates(let a), .dates(let b)): content = .dates(a + b)
        case (.strings(let a), .strings(let b)): content = .strings(a + b)
        case (.files(let a), .files(let b)): content = .files(a + b)
        case (.arrays(let a, let shape), .arrays(let b, _)): content = .arrays(a + b, shape: shape)
        default: preconditionFailure("the blocks of a column are of one kind")
        }
        guard own != nil || others != nil else { return }
        missing =
            (own ?? [Bool](repeating: false, count: before))
            + (others ?? [Bool](repeating: false, count: count - before))
    }
}
