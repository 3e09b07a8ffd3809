/// Makes a table of an archive's folders of pictures or sounds, in the layout of Hugging Face's ImageFolder and
/// AudioFolder: a folder a class, or files that a `metadata.csv` or `.jsonl` names; `train/`, `test/` and `validation/`
/// at the top are parts.
struct FolderTable {
    private static let parts: [String: TablePart] = [
        "train": .train, "training": .train, "test": .test, "testing": .test, "eval": .test, "evaluation": .test,
        "val": .validation, "valid": .validation, "validation": .validation, "dev": .validation,
    ]
    /// How many names a note lists.
    private static let listed = 10

    /// One file of a class or of a metadata file's row.
    private struct File {
        let entry: Int
        /// The path below the folder around everything.
        let path: [Substring]
        let kind: MediaKind
    }

    private let archive: ZipArchive
    private let schema: ColumnSchema
    private let folder: String

    init(_ archive: ZipArchive, _ schema: ColumnSchema, folder: String) {
        (self.archive, self.schema, self.folder) = (archive, schema, folder)
    }

    func read() throws -> TypedTable {
        var paths = archive.entries.map { $0.name.split(separator: "/") }
        Self.peel(&paths)
        var notes: [String] = []
        var metadata: [FolderMetadata.File] = []
        var files: [File] = []
        var others: [String] = []
        for (place, entry) in archive.entries.enumerated() {
            let path = paths[place]
            if let name = path.last, name == "metadata.csv" || name == "metadata.jsonl" {
                metadata.append(
                    .init(entry: entry, folder: path.dropLast().map(String.init), isCSV: name.hasSuffix("csv"))
                )
                continue
            }
            let kind = MediaKind(try archive.prefix(of: entry, count: MediaKind.prefixBytes), name: entry.name)
            switch kind {
            case .image, .sound: files.append(File(entry: place, path: path, kind: kind))
            case .refused(let detail): throw ZipArchive.fault(entry.name, detail)
            case .other: others.append(entry.name)
            }
        }
        guard !files.isEmpty else {
            let found = others.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
            throw DatasetFormatError.content(
                place: "",
                "the archive has no picture (JPEG, PNG, WebP) and no sound (WAV); found \(found.isEmpty ? "metadata alone" : found)"
            )
        }
        if !others.isEmpty {
            let shown = others.prefix(Self.listed).map { "\"\($0)\"" }.joined(separator: ", ")
            notes.append(
                "\(others.count) files are neither pictures nor sounds and were left out: \(shown)\(others.count > Self.listed ? ", …" : "")"
            )
        }
        for (first, second) in archive.alike.prefix(Self.listed) {
            notes.append("the names \"\(first)\" and \"\(second)\" differ only by case")
        }
        let hasParts = Self.hasParts(files, metadata.map(\.folder))
        return metadata.isEmpty
            ? try byFolder(files, hasParts: hasParts, notes)
            : try byMetadata(files, metadata, hasParts: hasParts, notes)
    }

    /// Takes off a folder around everything, if there are folders or metadata in it.
    private static func peel(_ paths: inout [[Substring]]) {
        while let first = paths.first?.first, parts[first.lowercased()] == nil,
            paths.allSatisfy({ $0.count > 1 && $0[0] == first }),
            paths.contains(where: { $0.count > 2 || $0[1].hasPrefix("metadata.") })
        {
            paths = paths.map { Array($0.dropFirst()) }
        }
    }

    /// Whether the folders at the top are parts: all have the name of one, and there are classes or metadata in each.
    private static func hasParts(_ files: [File], _ metadata: [[String]]) -> Bool {
        let named = Set(metadata.compactMap(\.first))
        return files.allSatisfy { file in
            guard file.path.count > 1, parts[file.path[0].lowercased()] != nil else { return false }
            return file.path.count > 2 || named.contains(String(file.path[0])) || metadata.contains([])
        }
    }

    private static func part(of file: File) -> TablePart { parts[file.path[0].lowercased()] ?? .train }

    /// The type of files that must all be of one.
    private func type(of files: [File], _ column: String) throws(DatasetFormatError) -> ColumnType {
        let isImage = files[0].kind == .image
        if let other = files.first(where: { $0.kind != files[0].kind }) {
            throw ZipArchive.fault(
                archive.entries[other.entry].name,
                "it is a \(isImage ? "sound" : "picture"), and \"\(archive.entries[files[0].entry].name)\" isn't; a column has one of them"
            )
        }
        return isImage ? .image : .sound
    }

    // MARK: Classes

    private func byFolder(_ files: [File], hasParts: Bool, _ notes: [String]) throws -> TypedTable {
        var notes = notes
        let type = try type(of: files, "image")
        let fileColumn = TypedColumn(type == .image ? "image" : "audio", type)
        let depth = hasParts ? 2 : 1
        let loose = files.filter { $0.path.count <= depth }
        var columns = [fileColumn]
        var labels: [String]?
        if loose.isEmpty {
            let words = files.map { String($0.path[$0.path.count - 2]) }
            var label = TypedColumn("label", .category)
            label.distinct = Set(words).count
            if label.distinct == 1 { notes.append("all files are of one class, \"\(words[0])\"") }
            columns.append(label)
            labels = words
        } else if loose.count == files.count {
            notes.append("the files are in no folder of a class, so there is no label")
        } else {
            throw ZipArchive.fault(
                archive.entries[loose[0].entry].name,
                "it is in no folder of a class, and other files are in one"
            )
        }
        try CSVTable.check(schema, names: columns.map(\.name))
        var leftOut: [TypedColumn] = []
        if schema.columns["label"]?.isIgnored == true, labels != nil {
            columns[1].isIgnored = true
            leftOut.append(columns.removeLast())
            labels = nil
        }
        let source = FolderSource(archive: archive, files: [files.map(\.entry)], labels: labels, others: nil)
        return TypedTable(
            columns: columns,
            leftOut: leftOut,
            rows: files.count,
            parts: hasParts ? files.map(Self.part) : nil,
            notes: notes,
            source: source
        )
    }

    // MARK: Metadata

    private func byMetadata(
        _ files: [File],
        _ metadata: [FolderMetadata.File],
        hasParts: Bool,
        _ notes: [String]
    ) throws -> TypedTable {
        let table = try FolderMetadata(archive, schema, folder: folder).read(metadata)
        var places: [String: Int] = [:]
        for (place, file) in files.enumerated() { places[file.path.joined(separator: "/")] = place }
        var isNamed = [Bool](repeating: false, count: files.count)
        var columns: [TypedColumn] = []
        var entries: [[Int]] = []
        var parts: [TablePart] = []
        for fileColumn in table.fileColumns {
            var chosen: [File] = []
            for (row, path) in fileColumn.paths.enumerated() {
                guard let place = places[path] else {
                    throw DatasetFormatError.content(
                        place: "\(table.place(ofRow: row)), column \"\(fileColumn.name)\"",
                        "there is no picture and no sound \"\(path)\" in the archive"
                    )
                }
                isNamed[place] = true
                chosen.append(files[place])
            }
            let type = try type(of: chosen, fileColumn.name)
            let name =
                fileColumn.name == "file_name"
                ? type == .image ? "image" : "audio" : String(fileColumn.name.dropLast(10))
            guard !columns.contains(where: { $0.name == name }),
                !table.table.columns.contains(where: { $0.name == name })
            else {
                throw DatasetFormatError.content(
                    place: "column \"\(fileColumn.name)\"",
                    "there is another column \"\(name)\""
                )
            }
            columns.append(TypedColumn(name, type))
            entries.append(chosen.map(\.entry))
            if parts.isEmpty { parts = chosen.map { hasParts ? Self.part(of: $0) : .train } }
        }
        if let place = isNamed.firstIndex(of: false) {
            throw ZipArchive.fault(archive.entries[files[place].entry].name, "no row of the metadata names it")
        }
        let kept = table.table.columns.indices.filter { place in
            !table.fileColumns.contains { $0.name == table.table.columns[place].name }
        }
        columns += kept.map { table.table.columns[$0] }
        let source = FolderSource(archive: archive, files: entries, labels: nil, others: (table.table, kept))
        return TypedTable(
            columns: columns,
            leftOut: table.table.leftOut,
            rows: table.table.rows,
            parts: hasParts ? parts : nil,
            format: table.table.format,
            notes: notes + table.table.notes,
            source: source
        )
    }
}

/// The files of an archive, and what stands beside them.
private struct FolderSource: TableSource {
    let archive: ZipArchive
    /// For each column of files the entry of each row.
    let files: [[Int]]
    let labels: [String]?
    /// The metadata, and which of its columns.
    let others: (table: TypedTable, columns: [Int])?

    func forEachBlock(rows limit: Int, _ body: ([ColumnValues]) throws -> Void) throws {
        guard let others else { return try give(0..<files[0].count, limit, nil, body) }
        var row = 0
        try others.table.forEachBlock(rows: limit) { values in
            let count = values[0].count
            try give(row..<row + count, limit, others.columns.map { values[$0] }, body)
            row += count
        }
    }

    /// Gives some rows, fewer at a time where the files are large.
    private func give(
        _ rows: Range<Int>,
        _ limit: Int,
        _ values: [ColumnValues]?,
        _ body: ([ColumnValues]) throws -> Void
    ) throws {
        var start = rows.lowerBound
        while start < rows.upperBound {
            var (end, byteCount) = (start, 0)
            while end < rows.upperBound, end - start < limit {
                byteCount += files.reduce(0) { $0 + archive.entries[$1[end]].size }
                guard end == start || byteCount <= TypedTable.blockBytes else { break }
                end += 1
            }
            var block: [ColumnValues] = []
            for column in files {
                var contents: [[UInt8]] = []
                for row in start..<end { contents.append(try archive.contents(of: archive.entries[column[row]])) }
                block.append(ColumnValues(.files(contents)))
            }
            if let labels { block.append(ColumnValues(.strings(Array(labels[start..<end])))) }
            let range = start - rows.lowerBound..<end - rows.lowerBound
            block += (values ?? []).map { $0.rows(range) }
            try body(block)
            start = end
        }
    }

    func fileName(row: Int, column: Int) -> String? {
        guard files.indices.contains(column), files[column].indices.contains(row) else { return nil }
        return archive.entries[files[column][row]].name
    }
}
