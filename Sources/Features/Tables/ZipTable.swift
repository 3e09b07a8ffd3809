/// Makes a table of a zip archive: of the arrays in it, or of its pictures or sounds.
struct ZipTable {
    private let bytes: SpooledBytes
    private let schema: ColumnSchema
    private let folder: String

    init(_ bytes: SpooledBytes, _ schema: ColumnSchema, folder: String) {
        (self.bytes, self.schema, self.folder) = (bytes, schema, folder)
    }

    func read() throws -> TypedTable {
        let archive = try ZipArchive(bytes)
        let names = archive.entries.map(\.name)
        if names.contains(where: { $0 == "[Content_Types].xml" || $0.hasPrefix("xl/") || $0.hasSuffix(".opendocument") }
        ) {
            throw DatasetFormatError.content(
                place: "",
                "expected pictures, sounds or arrays, found an Excel workbook or another Office document; save it as \"CSV UTF-8\""
            )
        }
        if names.allSatisfy({ $0.hasSuffix(".npy") && $0.count > 4 }) {
            return try ArrayTable(archive, schema, folder: folder).read()
        }
        return try FolderTable(archive, schema, folder: folder).read()
    }
}
