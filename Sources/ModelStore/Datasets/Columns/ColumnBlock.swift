/// The values of one column in one block of rows, as they lie in a file.
///
/// What is packed is, one after the other:
///
/// - where values are missing, a bit for each row, set for a missing one, the first in the lowest bit;
/// - `plain`: the values; `constant`: the one value that all have; `dictionary`: how many different values there are, u32,
///   these, and for each row the number of its own, u8 where there are at most 256, else u16; `scaled`: the least value in
///   units, i64, the unit, u64, the bytes of a value, u8, the exceptions, and for each row how many units it lies above the least
///   (`ScaledValues`).
///
/// Values are f64 (`number`), i64 (`integer`, `date`), a bit (`boolean`), f32 (`array`), and of texts first where each one
/// ends, u32, then the bytes of all. Numbers are little-endian. All of it may be compressed by zlib.
///
/// Of files a head lies before their bytes: the missing bits, and for each row where its bytes end, u64, counted from the
/// head's end, and their CRC-32, u32. The block's checksum is of the head alone.
struct ColumnBlock: Equatable {
    enum Form: UInt8 {
        case plain, constant, dictionary, files, scaled
    }

    let form: Form
    let isCompressed: Bool
    let hasMissing: Bool
    /// The bytes of what is packed before compression; of files, of their head.
    let rawBytes: Int
    /// The CRC-32 of the bytes as they lie in the file; of files, of their head.
    let checksum: UInt32

    init(form: Form, isCompressed: Bool, hasMissing: Bool, rawBytes: Int, checksum: UInt32) {
        (self.form, self.isCompressed, self.hasMissing) = (form, isCompressed, hasMissing)
        (self.rawBytes, self.checksum) = (rawBytes, checksum)
    }

    /// Reads what the index says of a block; nil where it is damaged.
    init?(reading reader: inout ByteReader) {
        guard let flags = reader.number(as: UInt8.self), let form = Form(rawValue: flags & 3 | (flags & 16) >> 2),
            flags < 32, let rawBytes = reader.count(), let checksum = reader.number(as: UInt32.self)
        else { return nil }
        self.init(
            form: form,
            isCompressed: flags & 4 != 0,
            hasMissing: flags & 8 != 0,
            rawBytes: rawBytes,
            checksum: checksum
        )
    }

    /// Writes what the index says of a block.
    func write(to index: inout ByteWriter) {
        // The lower bits of the form, whether it is compressed, whether values are missing, the upper bit of the form.
        let kind = form.rawValue & 3 | (form.rawValue & 4) << 2
        index.add(kind | (isCompressed ? 4 : 0) | (hasMissing ? 8 : 0))
        index.add(UInt64(rawBytes))
        index.add(checksum)
    }
}

/// A block with its bytes, of files the head.
struct PackedColumnBlock {
    let block: ColumnBlock
    let bytes: [UInt8]

    /// Packs values as it pays; nil where the texts are longer than 32 bits count.
    init?(_ values: StoredColumnValues) {
        var prefix = ByteWriter()
        if let missing = values.missing { prefix.add(bits: missing) }
        let hasMissing = values.missing != nil
        if case .files(let files) = values.content {
            var end = 0
            for file in files {
                end += file.count
                prefix.add(UInt64(end))
                prefix.add(Zlib.crc32(file))
            }
            bytes = prefix.bytes
            block = ColumnBlock(
                form: .files,
                isCompressed: false,
                hasMissing: hasMissing,
                rawBytes: bytes.count,
                checksum: Zlib.crc32(bytes)
            )
            return
        }
        guard let (form, content) = Self.smallest(values) else { return nil }
        prefix.add(bytes: content)
        let raw = prefix.bytes
        let pays = Self.compressionPays(raw, byAtLeast: Self.leastSaving(form, values.content))
        let compressed = pays ? Zlib.compressed(raw, strategy: .repetitions) : nil
        bytes = compressed ?? raw
        block = ColumnBlock(
            form: form,
            isCompressed: compressed != nil,
            hasMissing: hasMissing,
            rawBytes: raw.count,
            checksum: Zlib.crc32(bytes)
        )
    }

    /// The values: plain, by the different ones among them, or in units.
    private static func smallest(_ values: StoredColumnValues) -> (ColumnBlock.Form, [UInt8])? {
        guard let plainBytes = ByteWriter.plainBytes(values.content) else { return nil }
        let scaled = ScaledValues(values.content)
        let distinct = distinct(values, isScaled: scaled != nil)
        var least: (form: ColumnBlock.Form, bytes: [UInt8])?
        if let scaled {
            var units = ByteWriter()
            scaled.write(to: &units)
            if units.bytes.count < plainBytes { least = (.scaled, units.bytes) }
        }
        if let distinct {
            var by = ByteWriter()
            if distinct.firsts.count > 1 { by.add(UInt32(distinct.firsts.count)) }
            guard by.add(plainly: values.picking(distinct.firsts).content) else { return nil }
            guard distinct.firsts.count > 1 else { return (.constant, by.bytes) }
            if distinct.firsts.count <= 256 {
                by.add(all: distinct.codes.map { UInt8(truncatingIfNeeded: $0) })
            } else {
                by.add(all: distinct.codes)
            }
            let isWorthIt = by.bytes.count < plainBytes / 4 * 3 && by.bytes.count < least?.bytes.count ?? plainBytes
            if isWorthIt { return (.dictionary, by.bytes) }
        }
        if let least { return least }
        var plain = ByteWriter()
        return plain.add(plainly: values.content) ? (.plain, plain.bytes) : nil
    }

    /// The different values, where they may be few enough.
    private static func distinct(_ values: StoredColumnValues, isScaled: Bool) -> DistinctValues? {
        let count = values.count
        guard count > 1 else { return nil }
        // Two bytes a row are no fewer than those in units.
        let limit = min(count / 2, isScaled ? 256 : Int(UInt16.max))
        func ofWidth(_ width: Int, _ bytes: UnsafeRawBufferPointer) -> DistinctValues? {
            DistinctValues(bytes, count: count, limit: limit) { $0 * width..<($0 + 1) * width }
        }
        switch values.content {
        case .numbers(let values): return values.withUnsafeBytes { ofWidth(8, $0) }
        case .integers(let values), .dates(let values): return values.withUnsafeBytes { ofWidth(8, $0) }
        case .arrays(let values, let shape): return values.withUnsafeBytes { ofWidth(4 * shape.reduce(1, *), $0) }
        case .booleans, .files: return nil
        case .strings:
            var plain = ByteWriter()
            guard plain.add(plainly: values.content) else { return nil }
            let head = 4 * count
            return plain.bytes.withUnsafeBytes { bytes in
                DistinctValues(bytes, count: count, limit: limit) { index in
                    let end = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                    let start = index == 0 ? 0 : bytes.loadUnaligned(fromByteOffset: 4 * (index - 1), as: UInt32.self)
                    return head + Int(start)..<head + Int(end)
                }
            }
        }
    }

    /// Which part of the bytes a compressor must save to be worth its time, which is most of that of an upload.
    private static func leastSaving(_ form: ColumnBlock.Form, _ content: StoredColumnValues.Content) -> Double {
        if case .strings = content, form == .plain { return 0.125 }
        return form == .plain ? 0.25 : 0.4
    }

    /// Whether compression saves a share, as a stretch of the middle shows.
    private static func compressionPays(_ bytes: [UInt8], byAtLeast share: Double) -> Bool {
        let sampled = 16 << 10
        guard bytes.count > 2 * sampled else { return bytes.count > 64 }
        let start = (bytes.count - sampled) / 2
        let sample = Array(bytes[start..<start + sampled])
        let count = Zlib.compressed(sample, strategy: .repetitions)?.count ?? sampled
        return Double(count) < Double(sampled) * (1 - share)
    }
}

extension ByteWriter {
    /// How many bytes values take as they are; nil where texts are longer than 32 bits count.
    static func plainBytes(_ content: StoredColumnValues.Content) -> Int? {
        switch content {
        case .numbers(let values): return 8 * values.count
        case .integers(let values), .dates(let values): return 8 * values.count
        case .booleans(let values): return (values.count + 7) / 8
        case .arrays(let values, _): return 4 * values.count
        case .strings(let values):
            let bytes = values.reduce(0) { $0 + $1.utf8.count }
            return bytes <= Int(UInt32.max) ? 4 * values.count + bytes : nil
        case .files: preconditionFailure("files have a form of their own")
        }
    }

    /// Appends values as they are; false where texts are longer than 32 bits count.
    mutating func add(plainly content: StoredColumnValues.Content) -> Bool {
        switch content {
        case .numbers(let values): add(all: values)
        case .integers(let values), .dates(let values): add(all: values)
        case .booleans(let values): add(bits: values)
        case .arrays(let values, _): add(all: values)
        case .strings(let values): return add(texts: values)
        case .files: preconditionFailure("files have a form of their own")
        }
        return true
    }
}
