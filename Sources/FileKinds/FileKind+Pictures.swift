extension FileKind {
    /// Whether it is a picture or a drawing.
    public var isPicture: Bool { family == .picture }

    /// What kind of picture begins so; nil where it is none.
    static func picture(_ bytes: [UInt8]) -> String? {
        if let known = pictureSignatures.first(where: { bytes.starts(with: $0.magic) }) { return known.name }
        guard bytes.count >= 12 else { return nil }
        if bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) { return "a WebP picture" }
        // Two letters alone begin many a table; the four bytes that are reserved are zero.
        if bytes.starts(with: "BM".utf8), bytes[6..<10].allSatisfy({ $0 == 0 }) { return "a BMP picture" }
        guard bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case "avif", "avis": return "an AVIF picture"
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1": return "a HEIC picture"
        default: return nil
        }
    }

    private static let pictureSignatures: [(magic: [UInt8], name: String)] = [
        ([0x89] + Array("PNG".utf8), "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        (Array("GIF8".utf8), "a GIF picture"),
        ([0x49, 0x49, 0x2A, 0], "a TIFF picture"),
        ([0x4D, 0x4D, 0, 0x2A], "a TIFF picture"),
        ([0x49, 0x49, 0x2B, 0], "a TIFF picture"),
        ([0x4D, 0x4D, 0, 0x2B], "a TIFF picture"),
        ([0, 0, 0, 12] + Array("jP  ".utf8), "a JPEG 2000 picture"),
        ([0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000 picture"),
        ([0xFF, 0x0A], "a JPEG XL picture"),
        ([0, 0, 0, 12] + Array("JXL ".utf8), "a JPEG XL picture"),
    ]
}
