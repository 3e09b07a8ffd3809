#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// The markers of a JPEG file (ISO/IEC 10918-1, annex B), from which its header is read and its end is seen.
struct JPEGMarkers {
    private let bytes: PictureBytes

    init(_ bytes: PictureBytes) { self.bytes = bytes }

    /// The most scans of a progressive file: each is a pass over the picture.
    private static let scanLimit = 500
    /// The most pixels that all scans together may pass over.
    private static let workLimit = 4_000_000_000

    private struct Frame {
        let width: Int
        let height: Int
        let components: Int
        let usesArithmeticCoding: Bool
    }

    /// What the file says of itself, where it runs from its start to its end marker.
    func header() throws(PictureError) -> PictureHeader {
        var frame: Frame?
        var exif: Orientation?
        var xmp: Orientation?
        var scans = 0
        var tables = JPEGTables()
        var place = 2
        while true {
            guard let found = nextMarker(from: place, isInScan: scans > 0) else { throw cut(frame, scans) }
            let (marker, body) = (bytes.base[found], found + 1)
            if marker == 0xD9 { break }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                place = body
                continue
            }
            guard let length = bytes.word(body), body + length <= bytes.count else { throw cut(frame, scans) }
            guard length >= 2 else { throw PictureError("the JPEG file has a segment of no length", byte: body) }
            place = body + length
            switch marker {
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: frame = try readFrame(marker, at: body, &tables)
            case 0xC4, 0xDB: tables.define(bytes.part(body + 2..<place), areHuffman: marker == 0xC4)
            case 0xDA:
                scans += 1
                if frame?.usesArithmeticCoding == false { tables.use(bytes.part(body + 2..<place)) }
            case 0xE1 where exif == nil && bytes.has("Exif\0\0", at: body + 2):
                exif = Orientation(exif: bytes.part(body + 2..<place))
            case 0xE1 where xmp == nil && bytes.has("http://ns.adobe.com/xap/1.0/\0", at: body + 2):
                xmp = Orientation(xmp: bytes.part(body + 2..<place))
            default: break
            }
            guard scans <= Self.scanLimit else {
                throw PictureError("the JPEG file has more than \(Self.scanLimit) scans; save it anew", byte: found)
            }
        }
        guard let frame, scans > 0 else { throw PictureError("the JPEG file has no picture in it") }
        guard frame.width * frame.height * scans <= Self.workLimit else {
            throw PictureError(
                "the JPEG file has \(scans) scans over \(frame.width) by \(frame.height) pixels, which no camera writes; "
                    + "save it anew"
            )
        }
        return PictureHeader(
            .jpeg,
            width: frame.width,
            height: frame.height,
            channels: frame.components == 1 ? 1 : 3,
            isCMYK: frame.components == 4,
            lacksTables: tables.areMissing,
            orientation: exif ?? xmp ?? .upright
        )
    }

    /// Where the next marker's second byte is: the first that is neither 0, a fill byte nor, within a scan, a restart.
    private func nextMarker(from start: Int, isInScan: Bool) -> Int? {
        var place = start
        while place < bytes.count, let start = bytes.base.baseAddress {
            guard let found = memchr(start + place, 0xFF, bytes.count - place) else { return nil }
            place = UnsafeRawPointer(start).distance(to: found) + 1
            while place < bytes.count, bytes.base[place] == 0xFF { place += 1 }
            guard place < bytes.count else { return nil }
            let marker = bytes.base[place]
            // What isn't the marker of a segment is a stray byte of a scan, over which decoders step.
            if isInScan ? (0xC0..<0xD0).contains(marker) || marker >= 0xD9 : marker != 0 { return place }
            place += 1
        }
        return nil
    }

    private func readFrame(_ marker: UInt8, at body: Int, _ tables: inout JPEGTables) throws(PictureError) -> Frame {
        guard let precision = bytes[body + 2], let height = bytes.word(body + 3), let width = bytes.word(body + 5),
            let components = bytes[body + 7]
        else { throw cut(nil, 0) }
        guard [0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(marker) else {
            throw PictureError("the JPEG file is lossless or hierarchical, which isn't read; save it anew", byte: body)
        }
        guard precision == 8 else {
            throw PictureError("the JPEG file has \(precision) bits a value; 8 are read: save it anew", byte: body + 2)
        }
        guard height > 0 else {
            throw PictureError("the JPEG file doesn't say its height; save it anew", byte: body + 3)
        }
        guard [1, 3, 4].contains(components) else {
            throw PictureError("the JPEG file has \(components) components; 1, 3 or 4 are read", byte: body + 7)
        }
        for component in 0..<Int(components) {
            if let table = bytes[body + 10 + 3 * component] { tables.quantizations.used |= 1 << (table & 3) }
        }
        return Frame(
            width: width,
            height: height,
            components: Int(components),
            usesArithmeticCoding: marker >= 0xC9
        )
    }

    private func cut(_ frame: Frame?, _ scans: Int) -> PictureError {
        let what =
            frame == nil ? "before the picture's size" : scans == 0 ? "before its pixels" : "without its end marker"
        return PictureError("the JPEG file was cut: it ends at byte \(bytes.count), \(what)", byte: bytes.count)
    }
}
