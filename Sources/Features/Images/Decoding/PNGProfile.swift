/// The EXIF data that older programs wrote into a PNG file as text, under the name `Raw profile type exif`.
///
/// ImageMagick began it before there was a chunk for them: an empty line, `exif`, the number of bytes, and these in
/// hexadecimal digits with line ends among them. Pillow's `exif_transpose` reads it where there is no `eXIf`.
enum PNGProfile {
    private static let key: StaticString = "Raw profile type exif\0"
    /// The most bytes of text, as in Pillow.
    private static let mostBytes = 1 << 20

    /// The orientation in a chunk of text.
    ///
    /// - Parameters:
    ///   - body: The chunk's bytes.
    ///   - isPacked: Whether it is a `zTXt` rather than a `tEXt`.
    /// - Returns: The orientation; nil where it is another text, or has none.
    static func orientation(_ body: PictureBytes, isPacked: Bool) -> Orientation? {
        guard body.has(key, at: 0) else { return nil }
        let rest = UnsafeBufferPointer(rebasing: body.base[key.utf8CodeUnitCount...])
        guard isPacked else { return orientation(ofText: rest) }
        guard rest.first == 0, let text = unpacked(UnsafeBufferPointer(rebasing: rest.dropFirst())) else { return nil }
        return text.withUnsafeBufferPointer { orientation(ofText: $0) }
    }

    private static func unpacked(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        struct IsTooLong: Error {}
        var text: [UInt8] = []
        do {
            _ = try InflateStream(.zlib).read(bytes) { piece in
                guard text.count + piece.count <= mostBytes else { throw IsTooLong() }
                text += piece
            }
        } catch {
            // A profile that can't be read turns nothing, as in Pillow's own readers.
            return nil
        }
        return text
    }

    private static func orientation(ofText text: UnsafeBufferPointer<UInt8>) -> Orientation? {
        let lines = text.prefix(mostBytes).split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4 else { return nil }
        var exif: [UInt8] = []
        var high: UInt8?
        for byte in lines[3] where !(byte == 0x20 || (0x09...0x0D).contains(byte)) {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            if let first = high {
                exif.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        guard high == nil else { return nil }
        return exif.withUnsafeBufferPointer { Orientation(exif: PictureBytes($0)) }
    }
}
