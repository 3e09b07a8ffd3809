import FileKinds

/// The kinds of files that pictures are read from; told by their first bytes, never by a name.
public enum PictureFormat: String, Sendable, CaseIterable {
    /// ISO/IEC 10918, baseline or progressive, Huffman or arithmetic, 8 bits.
    case jpeg = "JPEG"
    /// ISO/IEC 15948.
    case png = "PNG"
    /// RFC 9649; of an animation the first picture.
    case webp = "WebP"

    /// The kind of a file by its beginning, 12 bytes of it; nil where it is none of these.
    public init?(_ bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(12))
        if start.starts(with: [0xFF, 0xD8]) {
            self = .jpeg
        } else if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            self = .png
        } else if start.count == 12, start.starts(with: "RIFF".utf8), start[8...].elementsEqual("WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }

    /// The error of a file that is none of these kinds.
    static func refusal(of bytes: some Collection<UInt8>) -> PictureError {
        let asked = "expected a JPEG, PNG or WebP picture"
        if bytes.isEmpty { return PictureError("the file is empty; \(asked)") }
        guard let kind = FileKind(bytes) else {
            let start = bytes.prefix(8)
            let shown = start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            return PictureError(
                "\(asked), found a file that begins with the bytes \(shown.joined(separator: " "))",
                byte: 0
            )
        }
        let advice = kind.isPicture ? "; save it as one of these" : ""
        return PictureError("\(asked), found \(kind.name)\(advice)", byte: 0)
    }
}
