import Foundation

/// Takes a dataset of typed columns in, a block of rows after the other; nothing of it exists until `finish` returns.
///
/// A writer that is let go without `finish`, or whose process dies, leaves no dataset behind. One owner at a time; calls
/// block on the disk.
public final class ColumnWriter {
    private let table: DatasetTable
    private let name: String
    private let columns: [StoredColumn]
    private let token: String
    private let file: StagingFile
    private var blockRows: [Int] = []
    private var places: [[ColumnLayout.Place]]
    private var isFinished = false

    /// How many rows have been appended.
    public private(set) var rows = 0

    init(table: DatasetTable, name: String, columns: [StoredColumn]) throws(StoreError) {
        guard !columns.isEmpty else { throw .invalid("dataset \"\(name)\": it has no column") }
        var names = Set<[UInt8]>()
        for column in columns {
            guard names.insert(Array(column.name.utf8)).inserted else {
                throw .invalid("dataset \"\(name)\": two columns are called \"\(column.name)\"")
            }
            guard column.shape.isEmpty || column.kind == .array, column.shape.count <= Int(UInt8.max),
                let bytes = StoredTensor.byteCount(of: column.shape), bytes > 0
            else {
                throw .invalid("dataset \"\(name)\", column \"\(column.name)\": its values can't be \(column.shape)")
            }
        }
        (self.table, self.name, self.columns) = (table, name, columns)
        places = [[ColumnLayout.Place]](repeating: [], count: columns.count)
        token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let folder = table.storage.folder
        file = try folder.newFile(folder.dataset(token) + ".part")
        do throws(StoreError) {
            try file.append([UInt8](repeating: 0, count: ColumnLayout.headerBytes))
        } catch {
            unlink(file.path)
            throw error
        }
    }

    deinit {
        if !isFinished { unlink(file.path) }
    }

    /// Appends a block of rows, of at most 65,536.
    ///
    /// - Parameter block: The values of each column, in the order of the columns.
    /// - Throws: `.invalid` for values that aren't of their column's kind and shape or not as many as the others,
    ///   `.full` where the disk is full.
    public func append(_ block: [StoredColumnValues]) throws(StoreError) {
        let count = block.first?.count ?? 0
        guard block.count == columns.count, count > 0, count <= ColumnLayout.mostBlockRows else {
            throw .invalid(
                "dataset \"\(name)\": a block of \(count) rows of \(block.count) columns, expected \(columns.count) "
                    + "columns and at most \(ColumnLayout.mostBlockRows) rows"
            )
        }
        guard rows + count <= Int(UInt32.max) else {
            throw .invalid("dataset \"\(name)\": more than \(UInt32.max) rows, which is the most there may be")
        }
        for (index, (column, values)) in zip(columns, block).enumerated() {
            guard values.fit(column), values.count == count, values.missing.map({ $0.count == count }) ?? true else {
                throw .invalid(
                    "dataset \"\(name)\", column \"\(column.name)\": values that are not \(count) of its kind"
                )
            }
            guard let packed = PackedColumnBlock(values) else {
                throw .invalid("dataset \"\(name)\", column \"\(column.name)\": texts of more than 4 GiB in a block")
            }
            let offset = file.count
            try file.append(packed.bytes)
            if case .files(let files) = values.content {
                for bytes in files { try file.append(bytes) }
            }
            places[index].append(
                ColumnLayout.Place(offset: offset, bytes: file.count - offset, block: packed.block)
            )
        }
        blockRows.append(count)
        rows += count
    }

    /// Puts the dataset in place, on the disk and in the table, replacing one of the same name.
    ///
    /// - Parameters:
    ///   - description: What it is; its `split` says nothing here.
    ///   - parts: The part of each row; nil where all are for training.
    ///   - check: Told what has the name, nil where nothing has, it says why that may not be replaced; nothing changes
    ///     between that and the replacement.
    /// - Returns: The dataset as it is stored.
    /// - Throws: What `check` gives, `.invalid` where there is no row or none to train on, `.conflict` where the name belongs to a built-in
    ///   dataset or to one that an unfinished job uses, `.full` where the disk is full.
    public func finish(
        _ description: DatasetDescription,
        parts: [DatasetPart]? = nil,
        if check: @escaping (StoredDataset?) -> StoreError? = { _ in nil }
    ) throws(StoreError) -> StoredDataset {
        precondition(!isFinished, "a dataset writer finishes once")
        precondition(parts.map { $0.count == rows } ?? true, "each row has a part, or none has")
        var header = ColumnLayout.Header()
        header.rows = parts.map { parts in parts.count { $0 == .train } } ?? rows
        header.validationRows = parts.map { parts in parts.count { $0 == .validation } } ?? 0
        header.testRows = rows - header.rows - header.validationRows
        guard header.rows > 0 else { throw .invalid("dataset \"\(name)\": it has no row to train on") }
        header.orderOffset = file.count
        header.orderChecksum = try writeOrder(parts)
        let index = ColumnLayout(columns: columns, blockRows: blockRows, places: places).index
        (header.indexOffset, header.indexBytes) = (file.count, index.count)
        header.indexChecksum = Zlib.crc32(index)
        try file.append(index)
        try file.flush()
        try file.write(header.bytes, at: 0)
        let hasher = SHA256()
        try file.forEachPiece { (piece) throws(StoreError) in
            hasher.update(UnsafeRawBufferPointer(piece))
        }
        try file.synchronize()
        let stored = try table.place(
            file.path,
            as: token + ".bin",
            name: name,
            description: description,
            content: DatasetTable.Content(
                form: .columns,
                rows: header.rows,
                validationRows: header.validationRows,
                testRows: header.testRows,
                bytes: file.count,
                sha256: hasher.hexadecimal
            ),
            isBuiltIn: false,
            if: check
        )
        isFinished = true
        return stored
    }

    /// Appends the records of each part, some at a time; returns the CRC-32 of all.
    private func writeOrder(_ parts: [DatasetPart]?) throws(StoreError) -> UInt32 {
        var checksum: UInt32 = 0
        var records: [UInt32] = []
        func flush() throws(StoreError) {
            try records.withUnsafeBufferPointer { (records) throws(StoreError) in
                let bytes = UnsafeRawBufferPointer(records)
                checksum = Zlib.crc32(bytes, after: checksum)
                try file.append(bytes)
            }
            records.removeAll(keepingCapacity: true)
        }
        for part in DatasetPart.allCases where parts != nil || part == .train {
            for record in 0..<rows where parts.map({ $0[record] == part }) ?? true {
                records.append(UInt32(record).littleEndian)
                if records.count == ColumnLayout.mostBlockRows { try flush() }
            }
        }
        try flush()
        return checksum
    }
}
