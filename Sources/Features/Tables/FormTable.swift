import CZlib
import JSON

/// Makes a table of the parts of a form: a part a column, or a part `table` beside the files that it names.
///
/// Parts come one after the other, in pieces; they are kept in memory while they are few, else in a temporary file without a
/// name. A part `schema` says what columns are.
public final class FormTable {
    /// A part that has come.
    struct Part {
        let name: String
        let fileName: String?
        var range: Range<Int>
        var crc32: UInt
    }

    /// Parts that are no columns.
    static let (tableName, schemaName) = ("table", "schema")

    private let folder: String
    private let schema: ColumnSchema
    private let options: TableUploadOptions
    private let takesRows: Bool
    private let spool: UploadSpool
    private var parts: [Part] = []

    /// A form of which nothing has come.
    ///
    /// - Parameters:
    ///   - options: How parts of text are read.
    ///   - schema: What the client says of columns besides the form.
    ///   - takesRows: Whether inputs and targets alone are left to a reader of rows of numbers.
    ///   - folder: Where a temporary file may be made.
    public init(
        _ options: TableUploadOptions,
        schema: ColumnSchema,
        takesRows: Bool,
        temporaryFolder folder: String
    ) {
        (self.options, self.schema, self.takesRows, self.folder) = (options, schema, takesRows, folder)
        spool = UploadSpool(folder: folder)
    }

    /// Begins the next part.
    public func beginPart(named name: String, fileName: String?) {
        parts.append(Part(name: name, fileName: fileName, range: spool.count..<spool.count, crc32: 0))
    }

    /// Takes in the next bytes of the part.
    ///
    /// - Throws: `DatasetFormatError.tooLarge`, or `SpoolError`.
    public func read(_ bytes: ArraySlice<UInt8>) throws {
        guard var part = parts.popLast() else { return }
        guard spool.count + bytes.count <= options.maximumBytes else {
            throw DatasetFormatError.tooLarge("the upload has more than \(options.maximumBytes) bytes, the limit")
        }
        try bytes.withUnsafeBufferPointer { bytes in
            part.crc32 = UInt(CZlib.crc32(part.crc32, bytes.baseAddress, UInt32(bytes.count)))
            try spool.append(bytes)
        }
        part.range = part.range.lowerBound..<spool.count
        parts.append(part)
    }

    /// Ends the form.
    ///
    /// - Returns: The table.
    /// - Throws: `DatasetFormatError` with what is wrong in which part, or `SpoolError`.
    public func finish() throws -> TypedTable {
        let bytes = spool.sealed()
        let schema = try schema(in: bytes)
        let columns = parts.filter { $0.name != Self.schemaName }
        guard !columns.isEmpty else {
            throw DatasetFormatError.content(place: "", "the form has no part; send one for each column")
        }
        for part in columns where part.range.isEmpty {
            throw DatasetFormatError.content(place: "part \"\(part.name)\"", "it is empty")
        }
        if let table = columns.first(where: { $0.name == Self.tableName }) {
            return try files(table, columns.filter { $0.name != Self.tableName }, bytes, schema)
        }
        guard !isOfRows else {
            throw DatasetFormatError.content(place: "", "inputs and targets that are no rows of numbers")
        }
        return try FormColumns(columns, bytes, schema, options, folder: folder).read()
    }

    /// Whether the parts are inputs and targets, which are left to a reader of rows of numbers.
    public var isOfRows: Bool {
        takesRows && parts.allSatisfy { ["x", "y", "x_test", "y_test"].contains($0.name) }
    }

    /// What the part `schema` says, or the client said before.
    private func schema(in bytes: SpooledBytes) throws -> ColumnSchema {
        let found = parts.filter { $0.name == Self.schemaName }
        guard let part = found.first else { return schema }
        guard found.count == 1, schema == ColumnSchema() else {
            throw DatasetFormatError.option("schema", "does not go with another schema; send one of them")
        }
        do {
            return try ColumnSchema(JSONDocument(parsing: try bytes.bytes(part.range)).root)
        } catch let error as JSONSyntaxError {
            throw DatasetFormatError.content(
                place: "part \"schema\"",
                "expected a JSON object of columns: \(error.description)"
            )
        }
    }

    /// A table of files, which the rows of a part name.
    private func files(
        _ table: Part,
        _ files: [Part],
        _ bytes: SpooledBytes,
        _ schema: ColumnSchema
    ) throws -> TypedTable {
        guard !files.isEmpty else {
            throw DatasetFormatError.content(
                place: "part \"table\"",
                "its column \"file_name\" names files; send each as a part of the form"
            )
        }
        let first = try bytes.bytes(table.range.prefix(64)).first { $0 > 0x20 }
        let name = first == UInt8(ascii: "{") ? "metadata.jsonl" : "metadata.csv"
        let entries = [(name, table)] + files.map { ($0.fileName ?? $0.name, $0) }
        do {
            let archive = try ZipArchive(
                stored: entries.map { (name: $0, range: $1.range, crc32: UInt32(truncatingIfNeeded: $1.crc32)) },
                in: bytes
            )
            return try FolderTable(archive, schema, folder: folder).read()
        } catch DatasetFormatError.content(let place, let detail) {
            // An archive has these under other names.
            func named(_ text: String) -> String {
                text.replacing("entry \"\(name)\"", with: "part \"table\"").replacing(
                    "\"\(name)\"",
                    with: "part \"table\""
                )
                .replacing("the metadata", with: "the table").replacing("in the archive", with: "in the form")
            }
            throw DatasetFormatError.content(place: named(place), named(detail))
        }
    }
}
