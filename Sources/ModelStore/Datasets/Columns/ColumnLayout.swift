/// The layout of a column file, in little-endian numbers.
///
/// | offset | content |
/// |---|---|
/// | 0 | the eight ASCII bytes `TRYCOLS1` |
/// | 8 | rows for training, for validation, for testing; offset of the order, offset of the index, bytes of the index: six u64 |
/// | 56 | the CRC-32 of the order and of the index, u32 |
/// | 64 | the blocks of all columns, one block of rows after the other |
/// | then | the numbers of the records in use order, u32: those for training, for validation, then for testing |
/// | then | the index |
///
/// The index has the count of blocks, u32, and for each how many rows it has, u32; the count of columns, u32, and for each
/// the bytes of its name, u32, the name in UTF-8, its kind, u8, the rank of its values, u8, their extents, u64, and for each
/// block its offset, u64, its bytes, u64, and what `ColumnBlock` says: flags, u8 (its form in the lowest two bits, 4 where it
/// is compressed, 8 where values are missing), the bytes before compression, u64, and the checksum, u32.
struct ColumnLayout {
    static let magic = Array("TRYCOLS1".utf8)
    static let headerBytes = 64
    /// How many rows a block has at most: as many as two bytes tell apart.
    static let mostBlockRows = 65_536

    /// A block of a column, and where it lies.
    struct Place {
        let offset: Int
        let bytes: Int
        let block: ColumnBlock
    }

    /// The numbers of the header.
    struct Header: Equatable {
        var rows = 0
        var validationRows = 0
        var testRows = 0
        var orderOffset = 0
        var indexOffset = 0
        var indexBytes = 0
        var orderChecksum: UInt32 = 0
        var indexChecksum: UInt32 = 0

        var records: Int { rows + validationRows + testRows }

        var bytes: [UInt8] {
            var writer = ByteWriter()
            writer.add(bytes: ColumnLayout.magic)
            for number in [rows, validationRows, testRows, orderOffset, indexOffset, indexBytes] {
                writer.add(UInt64(number))
            }
            writer.add(orderChecksum)
            writer.add(indexChecksum)
            return writer.bytes
        }

        init() {}

        /// Reads a header; nil where it is not one, or not that of a file of so many bytes.
        init?(_ bytes: [UInt8], fileBytes: Int) {
            guard bytes.count == ColumnLayout.headerBytes, bytes.starts(with: ColumnLayout.magic) else { return nil }
            let numbers = bytes.withUnsafeBytes { bytes -> [Int?] in
                var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[8..<56]))
                return (0..<6).map { _ in reader.count() }
            }
            guard let rows = numbers[0], let validation = numbers[1], let test = numbers[2], let order = numbers[3],
                let index = numbers[4], let indexBytes = numbers[5],
                rows <= Int(UInt32.max), validation <= Int(UInt32.max), test <= Int(UInt32.max),
                order >= ColumnLayout.headerBytes, index >= order, index <= fileBytes, indexBytes == fileBytes - index,
                index - order == 4 * (rows + validation + test)
            else { return nil }
            (self.rows, validationRows, testRows) = (rows, validation, test)
            (orderOffset, indexOffset, self.indexBytes) = (order, index, indexBytes)
            (orderChecksum, indexChecksum) = bytes.withUnsafeBytes { bytes in
                (
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 56, as: UInt32.self)),
                    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 60, as: UInt32.self))
                )
            }
        }
    }

    let columns: [StoredColumn]
    /// The first record of each block, and behind the last the count of records.
    let starts: [Int]
    /// For each column its blocks.
    let places: [[Place]]

    var records: Int { starts.last ?? 0 }

    init(columns: [StoredColumn], blockRows: [Int], places: [[Place]]) {
        self.columns = columns
        self.places = places
        starts = blockRows.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    }

    /// Reads an index; nil where it is not one of a file whose blocks end at `end`.
    init?(_ bytes: [UInt8], end: Int) {
        let read = bytes.withUnsafeBytes { bytes -> ([StoredColumn], [Int], [[Place]])? in
            var reader = ByteReader(bytes)
            guard let blocks = reader.number(as: UInt32.self),
                let rows = reader.numbers(Int(blocks), of: UInt32.self)?.map(Int.init),
                let count = reader.number(as: UInt32.self)
            else { return nil }
            var columns: [StoredColumn] = []
            var places: [[Place]] = []
            for _ in 0..<count {
                guard let column = Self.column(&reader), let own = Self.places(&reader, rows.count, end) else {
                    return nil
                }
                columns.append(column)
                places.append(own)
            }
            return reader.isAtEnd ? (columns, rows, places) : nil
        }
        guard let (columns, rows, places) = read else { return nil }
        self.init(columns: columns, blockRows: rows, places: places)
    }

    var index: [UInt8] {
        var writer = ByteWriter()
        writer.add(UInt32(starts.count - 1))
        for block in 1..<starts.count { writer.add(UInt32(starts[block] - starts[block - 1])) }
        writer.add(UInt32(columns.count))
        for (column, places) in zip(columns, places) {
            writer.add(UInt32(column.name.utf8.count))
            writer.add(bytes: column.name.utf8)
            writer.add(column.kind.code)
            writer.add(UInt8(column.shape.count))
            for extent in column.shape { writer.add(UInt64(extent)) }
            for place in places {
                writer.add(UInt64(place.offset))
                writer.add(UInt64(place.bytes))
                place.block.write(to: &writer)
            }
        }
        return writer.bytes
    }

    /// The records of a block.
    func records(of block: Int) -> Range<Int> { starts[block]..<starts[block + 1] }

    /// The block in which a record lies.
    func block(of record: Int) -> Int {
        var (low, high) = (0, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= record { low = middle } else { high = middle }
        }
        return low
    }

    private static func column(_ reader: inout ByteReader) -> StoredColumn? {
        guard let length = reader.number(as: UInt32.self), let name = reader.take(Int(length)),
            let kind = reader.number(as: UInt8.self).flatMap(StoredColumnKind.init(code:)),
            let rank = reader.number(as: UInt8.self)
        else { return nil }
        var shape: [Int] = []
        for _ in 0..<rank {
            guard let extent = reader.count() else { return nil }
            shape.append(extent)
        }
        guard StoredTensor.byteCount(of: shape) != nil else { return nil }
        return StoredColumn(name: String(decoding: name, as: UTF8.self), kind: kind, shape: shape)
    }

    private static func places(_ reader: inout ByteReader, _ count: Int, _ end: Int) -> [Place]? {
        var places: [Place] = []
        for _ in 0..<count {
            guard let offset = reader.count(), let bytes = reader.count(), let block = ColumnBlock(reading: &reader),
                offset >= headerBytes, offset <= end, bytes <= end - offset
            else { return nil }
            places.append(Place(offset: offset, bytes: bytes, block: block))
        }
        return places
    }
}
