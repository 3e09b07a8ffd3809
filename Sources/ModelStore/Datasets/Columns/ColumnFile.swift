import Foundation

/// The typed columns of a dataset in its file: any block or row can be read at once, by any number of threads.
///
/// Nothing is handed out that is not what was stored: opening reads the whole file and compares its SHA-256 with that of the
/// dataset's row, unless it is told not to, and every block that is read later is held against its CRC-32. Unpacked blocks are kept up to a bound, so
/// that rows in random order cost no unpacking as long as the columns fit in it. A replaced or deleted dataset stays
/// readable through the files that are open.
public final class ColumnFile: Sendable {
    /// How much of a file is held against its checksums when it is opened.
    public enum Verification: Sendable {
        /// All of it, against the SHA-256 of the dataset's row.
        case whole
        /// The index and the order alone, which takes no time; every block is when it is read, as always.
        case blocks
    }

    /// How many bytes of unpacked blocks a file keeps.
    public static let standardCacheBytes = 128 << 20

    /// The columns, in the upload's order.
    public let columns: [StoredColumn]
    /// How many rows there are in all parts.
    public let records: Int
    /// Which record each row is: those for training, for validation, for testing.
    public let order: [UInt32]

    private let counts: (train: Int, validation: Int, test: Int)
    /// How the dataset is called in errors, and what can be done where it is damaged.
    private let (label, remedy): (String, String)
    private let descriptor: Int32
    private let layout: ColumnLayout
    /// The places of the columns by the bytes of their names.
    private let places: [[UInt8]: Int]
    private let cache: BlockCache

    /// Opens a file; throws `.corrupt` where it is not what was stored.
    init(path: String, dataset: StoredDataset, verifying: Verification, cacheBytes: Int) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        do throws(StoreError) {
            var status = stat()
            let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : -1
            guard size == dataset.bytes else {
                throw .corrupt(
                    "\(dataset.label): its file has \(size) bytes, expected \(dataset.bytes); \(dataset.remedy)"
                )
            }
            if verifying == .whole { try Self.verify(descriptor, size, path: path, dataset) }
            (order, layout) = try Self.read(descriptor, size, path: path, dataset)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        columns = layout.columns
        places = Dictionary(layout.columns.enumerated().map { (Array($1.name.utf8), $0) }) { first, _ in first }
        records = layout.records
        counts = (dataset.rows, dataset.validationRows, dataset.testRows)
        (label, remedy) = (dataset.label, dataset.remedy)
        cache = BlockCache(limit: cacheBytes)
    }

    deinit { close(descriptor) }

    /// How many rows a part has.
    public func rows(of part: DatasetPart) -> Int {
        switch part {
        case .train: counts.train
        case .validation: counts.validation
        case .test: counts.test
        }
    }

    /// The record that a row of a part is; throws `.invalid` for a row that does not exist.
    public func record(of row: Int, in part: DatasetPart) throws(StoreError) -> Int {
        guard row >= 0, row < rows(of: part) else {
            throw .invalid("\(label): there is no row \(row), the part has \(rows(of: part)) rows")
        }
        let start =
            switch part {
            case .train: 0
            case .validation: counts.train
            case .test: counts.train + counts.validation
            }
        return Int(order[start + row])
    }

    /// The place of a column among the columns, told by its name byte for byte.
    public func index(of column: String) -> Int? {
        places[Array(column.utf8)]
    }

    // MARK: Blocks

    /// How many blocks of rows there are.
    public var blocks: Int { layout.starts.count - 1 }

    /// The records of a block.
    public func records(of block: Int) -> Range<Int> { layout.records(of: block) }

    /// The block in which a record lies.
    public func block(of record: Int) -> Int { layout.block(of: record) }

    /// The values of a column in a block of rows, in the order of the records.
    ///
    /// - Throws: `.corrupt` where the file has changed since it was opened.
    public func values(column: Int, block: Int) throws(StoreError) -> StoredColumnValues {
        if columns[column].kind.isFile { return try files(column: column, records: Array(records(of: block))) }
        let key = BlockCache.Key(column: column, block: block)
        if case .values(let held) = cache.find(key) { return held }
        let place = layout.places[column][block]
        let stored = try bytes(at: place.offset, place.bytes)
        let rows = records(of: block).count
        guard let unpacked = place.block.unpacked(stored, rows: rows, column: columns[column]) else {
            throw damage(column, block)
        }
        cache.keep(.values(unpacked.values), bytes: unpacked.bytes, as: key)
        return unpacked.values
    }

    /// The values of a column in some records, in the order asked for.
    ///
    /// - Throws: `.invalid` for a record that does not exist, `.corrupt` where the file has changed since it was opened.
    public func values(column: Int, records wanted: [Int]) throws(StoreError) -> StoredColumnValues {
        for record in wanted { try require(record) }
        if columns[column].kind.isFile { return try files(column: column, records: wanted) }
        if let first = wanted.first, case let block = block(of: first), wanted.allSatisfy(records(of: block).contains) {
            let start = records(of: block).lowerBound
            return try values(column: column, block: block).picking(wanted.map { $0 - start })
        }
        // One block after the other, so that no more than one beyond those that are kept is in memory.
        var gathered = columns[column].noValues
        var places = [Int](repeating: 0, count: wanted.count)
        let byBlock = Dictionary(grouping: wanted.indices) { block(of: wanted[$0]) }
        for (block, positions) in byBlock.sorted(by: { $0.key < $1.key }) {
            let start = records(of: block).lowerBound
            for (offset, position) in positions.enumerated() { places[position] = gathered.count + offset }
            gathered.append(try values(column: column, block: block).picking(positions.map { wanted[$0] - start }))
        }
        return gathered.picking(places)
    }

    // MARK: Files

    /// The bytes of a record's picture or recording; empty for a missing one.
    ///
    /// - Throws: `.invalid` for a column of another kind or a record that does not exist, `.corrupt` where the file has
    ///   changed since it was opened.
    public func file(column: Int, record: Int) throws(StoreError) -> [UInt8] {
        guard columns[column].kind.isFile else {
            throw .invalid("\(label): column \"\(columns[column].name)\" has no files")
        }
        try require(record)
        let block = block(of: record)
        return try file(column, block, record - records(of: block).lowerBound, heads(column, block))
    }

    private func files(column: Int, records wanted: [Int]) throws(StoreError) -> StoredColumnValues {
        var files: [[UInt8]] = []
        var missing: [Bool] = []
        for record in wanted {
            let block = block(of: record)
            let heads = try heads(column, block)
            let row = record - records(of: block).lowerBound
            files.append(try file(column, block, row, heads))
            missing.append(heads.missing?[row] ?? false)
        }
        return StoredColumnValues(.files(files), missing: missing.contains(true) ? missing : nil)
    }

    private func file(_ column: Int, _ block: Int, _ row: Int, _ heads: FileHeads) throws(StoreError) -> [UInt8] {
        let place = layout.places[column][block]
        let range = heads.range(row)
        guard place.block.rawBytes + range.upperBound <= place.bytes else { throw damage(column, block) }
        let bytes = try bytes(at: place.offset + place.block.rawBytes + range.lowerBound, range.count)
        guard Zlib.crc32(bytes) == heads.checksums[row] else { throw damage(column, block) }
        return bytes
    }

    private func heads(_ column: Int, _ block: Int) throws(StoreError) -> FileHeads {
        let key = BlockCache.Key(column: column, block: block)
        if case .heads(let held) = cache.find(key) { return held }
        let place = layout.places[column][block]
        guard place.block.form == .files, place.block.rawBytes <= place.bytes,
            let heads = place.block.heads(
                try bytes(at: place.offset, place.block.rawBytes),
                rows: records(of: block).count
            )
        else { throw damage(column, block) }
        cache.keep(.heads(heads), bytes: 13 * heads.ends.count, as: key)
        return heads
    }

    // MARK: Bytes

    private func require(_ record: Int) throws(StoreError) {
        guard record >= 0, record < records else {
            throw .invalid("\(label): there is no record \(record), it has \(records)")
        }
    }

    private func damage(_ column: Int, _ block: Int) -> StoreError {
        .corrupt(
            "\(label): block \(block) of column \"\(columns[column].name)\" has changed since the file was opened; \(remedy)"
        )
    }

    private func bytes(at offset: Int, _ count: Int) throws(StoreError) -> [UInt8] {
        try Self.bytes(descriptor, at: offset, count, path: label)
    }

    private static func bytes(
        _ descriptor: Int32,
        at offset: Int,
        _ count: Int,
        path: String
    ) throws(StoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBufferPointer { (bytes) throws(StoreError) in
            try FileBytes.read(descriptor, into: UnsafeMutableRawBufferPointer(bytes), at: offset, path: path)
        }
        return bytes
    }

    private static func verify(
        _ descriptor: Int32,
        _ size: Int,
        path: String,
        _ dataset: StoredDataset
    ) throws(StoreError) {
        let hasher = SHA256()
        try FileBytes.forEachPiece(of: descriptor, count: size, path: path) { (piece) throws(StoreError) in
            hasher.update(piece)
        }
        guard hasher.hexadecimal == dataset.sha256 else {
            throw .corrupt("\(dataset.label): the content of its file has changed; \(dataset.remedy)")
        }
    }

    private static func read(
        _ descriptor: Int32,
        _ size: Int,
        path: String,
        _ dataset: StoredDataset
    ) throws(StoreError) -> (order: [UInt32], layout: ColumnLayout) {
        let damage = StoreError.corrupt("\(dataset.label): the header of its file is damaged; \(dataset.remedy)")
        guard size >= ColumnLayout.headerBytes else { throw damage }
        let bytes = try bytes(descriptor, at: 0, ColumnLayout.headerBytes, path: path)
        guard let header = ColumnLayout.Header(bytes, fileBytes: size), header.rows == dataset.rows,
            header.validationRows == dataset.validationRows, header.testRows == dataset.testRows
        else { throw damage }
        let index = try Self.bytes(descriptor, at: header.indexOffset, header.indexBytes, path: path)
        var order = [UInt32](repeating: 0, count: header.records)
        let checksum = try order.withUnsafeMutableBufferPointer { (order) throws(StoreError) in
            let bytes = UnsafeMutableRawBufferPointer(order)
            try FileBytes.read(descriptor, into: bytes, at: header.orderOffset, path: path)
            return Zlib.crc32(UnsafeRawBufferPointer(bytes))
        }
        for row in order.indices { order[row] = UInt32(littleEndian: order[row]) }
        guard Zlib.crc32(index) == header.indexChecksum, checksum == header.orderChecksum,
            let layout = ColumnLayout(index, end: header.orderOffset), layout.records == header.records,
            order.allSatisfy({ Int($0) < layout.records })
        else { throw damage }
        return (order, layout)
    }
}
