import CWebP

/// The chunks of a WebP file (RFC 9649, section 2), from which its header is read and its end is seen.
struct WebPChunks {
    private let bytes: PictureBytes

    init(_ bytes: PictureBytes) { self.bytes = bytes }

    /// What the file says of itself, where it is as long as it says.
    func header() throws(PictureError) -> PictureHeader {
        guard let length = bytes.long(4, isLittleEndian: true), bytes.count >= 20 else { throw cut(20) }
        // The byte that fills an odd chunk up is missing in some files.
        guard bytes.count + 1 >= 8 + length else { throw cut(8 + length) }
        var features = WebPBitstreamFeatures()
        switch WebPGetFeatures(bytes.base.baseAddress, bytes.count, &features) {
        case VP8_STATUS_OK: break
        case VP8_STATUS_NOT_ENOUGH_DATA: throw cut(nil)
        default: throw PictureError("the WebP file is broken: its header can't be read", byte: 12)
        }
        let marked = orientations(end: min(8 + length, bytes.count))
        return PictureHeader(
            .webp,
            width: Int(features.width),
            height: Int(features.height),
            channels: 3,
            hasAlpha: features.has_alpha != 0,
            isAnimated: features.has_animation != 0,
            orientation: marked.exif ?? marked.xmp ?? .upright
        )
    }

    private func orientations(end: Int) -> (exif: Orientation?, xmp: Orientation?) {
        var (exif, xmp) = (nil as Orientation?, nil as Orientation?)
        var place = 12
        while place + 8 <= end, let size = bytes.long(place + 4, isLittleEndian: true) {
            let body = bytes.part(place + 8..<min(place + 8 + size, end))
            if bytes.has("EXIF", at: place) { exif = exif ?? Orientation(exif: body) }
            if bytes.has("XMP ", at: place) { xmp = xmp ?? Orientation(xmp: body) }
            place += 8 + size + (size & 1)
        }
        return (exif, xmp)
    }

    private func cut(_ expected: Int?) -> PictureError {
        let much = expected.map { " of at least \($0)" } ?? ""
        return PictureError("the WebP file was cut: it ends at byte \(bytes.count)\(much)", byte: bytes.count)
    }
}
