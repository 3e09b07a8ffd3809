/// Values of a block in memory.
struct UnpackedColumnBlock: Sendable {
    let values: StoredColumnValues
    /// About how many bytes they take.
    let bytes: Int
}

/// Where the files of a block lie.
struct FileHeads: Sendable {
    let missing: [Bool]?
    /// Where each file ends, counted from the head's end.
    let ends: [Int]
    let checksums: [UInt32]

    /// The bytes of a row's file, counted from the head's end.
    func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }
}

extension ColumnBlock {
    /// Unpacks the values of `rows` rows; nil where the bytes are not those that were written.
    func unpacked(_ stored: [UInt8], rows: Int, column: StoredColumn) -> UnpackedColumnBlock? {
        guard Zlib.crc32(stored) == checksum,
            let raw = isCompressed ? Zlib.decompressed(stored, count: rawBytes) : stored, raw.count == rawBytes
        else { return nil }
        return raw.withUnsafeBytes { raw -> UnpackedColumnBlock? in
            var reader = ByteReader(raw)
            var missing: [Bool]?
            if hasMissing {
                guard let bits = reader.bits(rows) else { return nil }
                missing = bits
            }
            guard let content = content(&reader, rows, column), reader.isAtEnd else { return nil }
            let values = StoredColumnValues(content, missing: missing)
            return UnpackedColumnBlock(values: values, bytes: bytes(of: values))
        }
    }

    /// Reads the head of files; nil where its bytes are not those that were written.
    func heads(_ stored: [UInt8], rows: Int) -> FileHeads? {
        guard stored.count == rawBytes, Zlib.crc32(stored) == checksum else { return nil }
        return stored.withUnsafeBytes { bytes -> FileHeads? in
            var reader = ByteReader(bytes)
            var missing: [Bool]?
            if hasMissing {
                guard let bits = reader.bits(rows) else { return nil }
                missing = bits
            }
            var ends: [Int] = []
            var checksums: [UInt32] = []
            for _ in 0..<rows {
                guard let end = reader.count(), end >= ends.last ?? 0, let checksum = reader.number(as: UInt32.self)
                else { return nil }
                ends.append(end)
                checksums.append(checksum)
            }
            return reader.isAtEnd ? FileHeads(missing: missing, ends: ends, checksums: checksums) : nil
        }
    }

    private func content(
        _ reader: inout ByteReader,
        _ rows: Int,
        _ column: StoredColumn
    ) -> StoredColumnValues.Content? {
        switch form {
        case .files: return nil
        case .plain: return Self.plain(&reader, rows, column)
        case .scaled: return ScaledValues.read(&reader, rows, column.kind)
        case .constant:
            guard let one = Self.plain(&reader, 1, column) else { return nil }
            return StoredColumnValues(one).picking([Int](repeating: 0, count: rows)).content
        case .dictionary:
            guard let count = reader.number(as: UInt32.self).map(Int.init), count <= rows,
                let distinct = Self.plain(&reader, count, column),
                let codes = count <= 256
                    ? reader.numbers(rows, of: UInt8.self)?.map(Int.init)
                    : reader.numbers(rows, of: UInt16.self)?.map(Int.init),
                codes.allSatisfy({ $0 < count })
            else { return nil }
            return StoredColumnValues(distinct).picking(codes).content
        }
    }

    private static func plain(
        _ reader: inout ByteReader,
        _ count: Int,
        _ column: StoredColumn
    ) -> StoredColumnValues.Content? {
        switch column.kind {
        case .number: reader.numbers(count).map { .numbers($0) }
        case .integer: reader.numbers(count).map { .integers($0) }
        case .date: reader.numbers(count).map { .dates($0) }
        case .boolean: reader.bits(count).map { .booleans($0) }
        case .category, .text: reader.texts(count).map { .strings($0) }
        case .array: reader.numbers(count * column.volume).map { .arrays($0, shape: column.shape) }
        case .image, .sound: nil
        }
    }

    /// About how many bytes values take in memory; texts of a dictionary are shared by the rows.
    private func bytes(of values: StoredColumnValues) -> Int {
        let own =
            switch values.content {
            case .numbers(let values): 8 * values.count
            case .integers(let values), .dates(let values): 8 * values.count
            case .booleans(let values): values.count
            case .arrays(let values, _): 4 * values.count
            case .strings(let values): 16 * values.count + (form == .plain ? 32 * values.count + rawBytes : rawBytes)
            case .files: 0
            }
        return own + (values.missing?.count ?? 0)
    }
}
