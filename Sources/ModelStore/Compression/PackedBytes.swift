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
    /// What shuffled weights save lies in how unevenly their exponents are spread, not in repetitions: coding bytes by
    /// frequency alone takes less space than any search does, and a third of the time. Only where most bytes equal the one
    /// before, as in a tensor of zeros, runs take less still.
    init(packing bytes: [UInt8]) {
        let strategy = Self.consistsOfRuns(bytes) ? Zlib.Strategy.runs : .frequencies
        let compressed = Zlib.compressed(bytes.count, strategy: strategy) { compress in
            ByteShuffle.forEachPiece(of: bytes, compress)
        }
        self.init(
            encoding: compressed == nil ? .plain : .shuffledZlib,
            rawCount: bytes.count,
            checksum: Zlib.crc32(bytes),
            data: compressed ?? bytes
        )
    }

    /// Whether three shuffled bytes in four equal the one before.
    private static func consistsOfRuns(_ bytes: [UInt8]) -> Bool {
        var (repeated, last) = (0, -1)
        ByteShuffle.forEachPiece(of: bytes) { piece in
            for byte in piece {
                if Int(byte) == last { repeated += 1 }
                last = Int(byte)
            }
        }
        return repeated > bytes.count / 4 * 3
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
