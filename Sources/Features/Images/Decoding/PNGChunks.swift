import CZlib

/// The chunks of a PNG file (ISO/IEC 15948, clause 5), from which its header is read and its end is seen.
struct PNGChunks {
    private let bytes: PictureBytes

    init(_ bytes: PictureBytes) { self.bytes = bytes }

    /// What the file says of itself, where it runs from its signature to its last chunk.
    func header() throws(PictureError) -> PictureHeader {
        guard bytes.has("\r\n\u{1A}\n", at: 4) else {
            guard bytes.count >= 8 else { throw cut }
            throw PictureError("the PNG file's line ends were changed on the way: send it as binary data", byte: 4)
        }
        guard bytes.has("IHDR", at: 12), bytes.long(8) == 13, let width = bytes.long(16), let height = bytes.long(20),
            let colour = bytes[25]
        else { throw bytes.count < 33 ? cut : PictureError("the PNG file doesn't begin with its header", byte: 8) }
        guard [0, 2, 3, 4, 6].contains(colour) else {
            throw PictureError("the PNG file has a colour type of \(colour), which there isn't", byte: 25)
        }
        var place = 8
        var hasTransparency = false
        var hasPixels = false
        var exif: Orientation?
        var hasEXIF = false
        var profile: Orientation?
        var xmp: Orientation?
        while !bytes.has("IEND", at: place + 4) {
            guard let length = bytes.long(place), place + 12 + length <= bytes.count else { throw cut }
            let body = bytes.part(place + 8..<place + 8 + length)
            if bytes.has("IDAT", at: place + 4) {
                hasPixels = true
                try checkSum(place, length)
            } else if bytes.has("tRNS", at: place + 4) {
                hasTransparency = true
            } else if bytes.has("eXIf", at: place + 4) {
                exif = exif ?? Orientation(exif: body)
                hasEXIF = true
            } else if bytes.has("zTXt", at: place + 4) || bytes.has("tEXt", at: place + 4) {
                let isPacked = bytes.has("z", at: place + 4)
                profile = profile ?? PNGProfile.orientation(body, isPacked: isPacked)
            } else if bytes.has("iTXt", at: place + 4), body.has("XML:com.adobe.xmp\0\0", at: 0) {
                xmp = xmp ?? Orientation(xmp: body)
            }
            place += 12 + length
        }
        guard bytes.count >= place + 12 else { throw cut }
        guard hasPixels else { throw PictureError("the PNG file has no pixels in it", byte: place) }
        return PictureHeader(
            .png,
            width: width,
            height: height,
            channels: colour == 0 || colour == 4 ? 1 : 3,
            hasAlpha: colour >= 4 || hasTransparency,
            orientation: exif ?? (hasEXIF ? nil : profile) ?? xmp ?? .upright
        )
    }

    /// Refuses pixels whose checksum, of the chunk's name and its body, is another.
    private func checkSum(_ place: Int, _ length: Int) throws(PictureError) {
        let checked = bytes.part(place + 4..<place + 8 + length).base
        let sum = CZlib.crc32(0, checked.baseAddress, UInt32(checked.count))
        guard bytes.long(place + 8 + length) == Int(sum) else {
            throw PictureError(
                "the PNG file is damaged: the pixels in its chunk at byte \(place) don't have the checksum that follows them",
                byte: place
            )
        }
    }

    private var cut: PictureError {
        PictureError("the PNG file was cut: it ends at byte \(bytes.count), without its last chunk", byte: bytes.count)
    }
}
