/// Reads the metadata of an archive of files: tables whose column `file_name` names a file for each row.
struct FolderMetadata {
    /// One file of metadata.
    struct File {
        let entry: ZipArchive.Entry
        /// The folder that it is in, to which its names are relative.
        let folder: [String]
        let isCSV: Bool
    }

    /// A column that names files.
    struct FileColumn {
        let name: String
        /// The paths of all rows.
        let paths: [String]
    }

    /// What the files of metadata say together.
    struct Table {
        let table: TypedTable
        let fileColumns: [FileColumn]
        fileprivate let starts: [(row: Int, name: String)]

        /// Where a row stands, for a client.
        func place(ofRow row: Int) -> String {
            let start = starts.last { $0.row <= row } ?? (0, "metadata")
            return "\"\(start.name)\", row \(row - start.row + 1)"
        }
    }

    /// The most bytes of metadata in all.
    private static let longest = 256 << 20

    private let archive: ZipArchive
    private let schema: ColumnSchema
    private let folder: String

    init(_ archive: ZipArchive, _ schema: ColumnSchema, folder: String) {
        (self.archive, self.schema, self.folder) = (archive, schema, folder)
    }

    func read(_ files: [File]) throws -> Table {
        guard files.allSatisfy({ $0.isCSV == files[0].isCSV }) else {
            throw ZipArchive.fault(
                files[0].entry.name,
                "metadata are all CSV or all NDJSON; there is another kind beside it"
            )
        }
        guard files.reduce(0, { $0 + $1.entry.size }) <= Self.longest else {
            throw DatasetFormatError.tooLarge("the metadata have more than \(Self.longest >> 20) MiB, the limit")
        }
        var joined: [UInt8] = []
        var starts: [(row: Int, name: String)] = []
        var folders: [(row: Int, folder: [String])] = []
        var rows = 0
        var first: TypedTable?
        for file in files {
            let bytes = try archive.contents(of: file.entry)
            let table = try table(bytes, file, schema: file.entry == files[0].entry ? schema : ColumnSchema())
            let names = Set(table.columns.map(\.name) + table.leftOut.map(\.name))
            if let first, file.isCSV, Set(first.columns.map(\.name) + first.leftOut.map(\.name)) != names {
                throw ZipArchive.fault(
                    file.entry.name,
                    "its columns are others than those of \"\(files[0].entry.name)\""
                )
            }
            starts.append((rows, file.entry.name))
            folders.append((rows, file.folder))
            rows += table.rows
            if !joined.isEmpty, joined.last != 0x0A { joined.append(0x0A) }
            joined += file.isCSV && first != nil ? try Self.belowHeader(bytes, file) : bytes[...]
            if first == nil { first = table }
        }
        guard let first else { throw DatasetFormatError.content(place: "", "there are no metadata") }
        let table = files.count == 1 ? first : try table(joined, files[0], schema: schema)
        guard table.rows == rows else {
            throw ZipArchive.fault(
                files[0].entry.name,
                "the files of metadata don't fit one another; each has one header and no empty rows"
            )
        }
        return Table(table: table, fileColumns: try fileColumns(table, folders, files[0].entry.name), starts: starts)
    }

    private func table(_ bytes: [UInt8], _ file: File, schema: ColumnSchema) throws -> TypedTable {
        var options = TableUploadOptions()
        options.form = file.isCSV ? .csv : .jsonLines
        if file.isCSV { options.hasHeader = true }
        var schema = schema
        var name = schema.columns["file_name"] ?? ColumnSchema.Column()
        (name.type, name.missing) = (.category, [])
        schema.columns["file_name"] = name
        // Columns that the archive makes are no columns of the metadata.
        for made in ["image", "audio"] { schema.columns[made] = nil }
        do {
            let upload = TableUpload(options, schema: schema, temporaryFolder: folder)
            try upload.read(bytes)
            return try upload.finish()
        } catch DatasetFormatError.option(_, let detail) where schema.columns.count == 1 {
            throw ZipArchive.fault(file.entry.name, "\(detail); \"file_name\" names the file of each row")
        } catch let error as DatasetFormatError {
            throw ZipArchive.fault(file.entry.name, error.description)
        }
    }

    /// The records of a CSV file without its header.
    private static func belowHeader(_ bytes: [UInt8], _ file: File) throws -> ArraySlice<UInt8> {
        let end = bytes.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
        guard !bytes[..<end].contains(UInt8(ascii: "\"")) else {
            throw ZipArchive.fault(
                file.entry.name,
                "in several files of metadata names of columns stand without quotes"
            )
        }
        return bytes[end...].drop { $0 == 0x0A || $0 == 0x0D }
    }

    private func fileColumns(
        _ table: TypedTable,
        _ folders: [(row: Int, folder: [String])],
        _ name: String
    ) throws -> [FileColumn] {
        let places = table.columns.indices.filter {
            table.columns[$0].name == "file_name" || table.columns[$0].name.hasSuffix("_file_name")
        }
        guard !places.isEmpty else { throw ZipArchive.fault(name, "it has no column \"file_name\"") }
        var paths = [[String]](repeating: [], count: places.count)
        var row = 0
        try table.forEachBlock { values in
            for (column, place) in places.enumerated() {
                guard case .strings(let names) = values[place].content else {
                    throw ZipArchive.fault(name, "column \"\(table.columns[place].name)\" has no names of files")
                }
                for (offset, file) in names.enumerated() {
                    if values[place].missing?[offset] == true {
                        throw ZipArchive.fault(
                            name,
                            "row \(row + offset + 1) names no file in \"\(table.columns[place].name)\""
                        )
                    }
                    let folder = folders.last { $0.row <= row + offset }?.folder ?? []
                    paths[column].append(Self.path(folder, file))
                }
            }
            row += values[0].count
        }
        return zip(places, paths).map { FileColumn(name: table.columns[$0].name, paths: $1) }
    }

    /// The path of a name relative to a folder; `./a.jpg` is `a.jpg`.
    private static func path(_ folder: [String], _ name: String) -> String {
        let parts = name.replacing("\\", with: "/").split(separator: "/").filter { $0 != "." }.map(String.init)
        return (folder + parts).joined(separator: "/").composed
    }
}
