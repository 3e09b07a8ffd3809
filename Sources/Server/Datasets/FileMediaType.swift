/// The media types of stored pictures and recordings, by their first bytes.
enum FileMediaType {
    /// The media type of a file; `application/octet-stream` for one that is not known to be harmless in a page.
    static func of(_ bytes: [UInt8]) -> String {
        func begins(_ magic: String, at offset: Int = 0) -> Bool {
            bytes.count >= offset + magic.utf8.count && bytes[offset...].starts(with: magic.utf8)
        }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if begins("RIFF"), begins("WEBP", at: 8) { return "image/webp" }
        if begins("GIF8") { return "image/gif" }
        if begins("BM") { return "image/bmp" }
        if begins("RIFF"), begins("WAVE", at: 8) { return "audio/wav" }
        if begins("fLaC") { return "audio/flac" }
        if begins("OggS") { return "audio/ogg" }
        if begins("ID3") || (bytes.count > 1 && bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0) { return "audio/mpeg" }
        return "application/octet-stream"
    }

    /// A name as a segment of a path: all but RFC 3986's unreserved characters by their percent-encoded bytes.
    static func segment(_ name: String) -> String {
        var path = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                path.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                path += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return path
    }
}
