/// Bytes as they lie in the database: shuffled and compressed where that saves space, with the CRC-32 of the raw bytes.
struct PackedBytes: Sendable {
    /// How `data` is packed; the raw values are part of the file format.
    enum Encoding: Int, Sendable {
        case plain = 0
        case shuffledZlib = 1
    }

    let encoding: Encoding
    let rawCount: Int
    let checksum: UInt32
    let data: [UInt8]

    init(encoding: Encoding, rawCount: Int, checksum: UInt32, data: [UInt8]) {
        self.encoding = encoding
        self.rawCount = rawCount
        self.checksum = checksum
        self.data = data
    }

    /// Packs bytes: shuffled and compressed, or as they are where that does not make them fewer.
    ///
    /// zlib's lowest level: on weights the higher ones save one byte in a hundred more and take three to eight times
    /// as long.
    init(packing bytes: [UInt8]) {
        let compressed = Zlib.compressed(ByteShuffle.shuffled(bytes), level: 1)
        self.init(
            encoding: compressed == nil ? .plain : .shuffledZlib,
            rawCount: bytes.count,
            checksum: Zlib.crc32(bytes),
            data: compressed ?? bytes
        )
    }

    /// The raw bytes, or nil where they can't be unpacked or their checksum differs.
    func unpacked() -> [UInt8]? {
        let raw: [UInt8]? =
            switch encoding {
            case .plain: data
            case .shuffledZlib: Zlib.decompressed(data, count: rawCount).map(ByteShuffle.unshuffled)
            }
        guard let raw, raw.count == rawCount, Zlib.crc32(raw) == checksum else { return nil }
        return raw
    }
}
