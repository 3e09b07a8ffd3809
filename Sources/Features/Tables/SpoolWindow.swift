/// A part of spooled bytes in memory, moved forward over them; behind it stands a line feed that isn't theirs.
final class SpoolWindow {
    /// How many bytes are read at a time.
    private static let pieceBytes = 1 << 20
    /// Room behind the bytes, so that a scan may look past their end.
    private static let margin = 2 * CellStops.blockBytes

    private let spool: SpooledBytes
    private var room: UnsafeMutableBufferPointer<UInt8>
    /// Where the first byte of the window stands in the spool.
    private(set) var offset: Int
    /// How many bytes the window has.
    private(set) var count = 0
    private let checksUTF8: Bool
    private var checked: Int

    /// An empty window before the byte at `offset`.
    init(_ spool: SpooledBytes, from offset: Int, checksUTF8: Bool) {
        (self.spool, self.offset, self.checksUTF8, checked) = (spool, offset, checksUTF8, offset)
        room = .allocate(capacity: Self.pieceBytes + Self.margin)
    }

    deinit { room.deallocate() }

    /// The bytes.
    var bytes: UnsafePointer<UInt8> {
        // The room is never empty.
        guard let base = room.baseAddress else { preconditionFailure("a window has room") }
        return UnsafePointer(base)
    }

    /// Whether it reaches the end.
    var isLast: Bool { offset + count >= spool.count }

    /// Leaves out the first bytes and reads on, with more room where nothing is left out.
    ///
    /// - Throws: `SpoolError`, or `DatasetFormatError.content` for bytes that aren't UTF-8.
    func advance(by used: Int) throws {
        let kept = count - used
        if kept + Self.margin + Self.pieceBytes / 2 > room.count {
            let wider = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: room.count * 2)
            _ = wider.update(fromContentsOf: room[used..<count])
            room.deallocate()
            room = wider
        } else if used > 0, kept > 0, let base = room.baseAddress {
            base.update(from: base + used, count: kept)
        }
        offset += used
        let free = UnsafeMutableBufferPointer(rebasing: room[kept..<room.count - Self.margin])
        count = kept + (try spool.read(at: offset + kept, into: free))
        for place in count..<count + Self.margin { room[place] = 0x0A }
        if checksUTF8 { try check() }
    }

    private func check() throws {
        let fresh = UnsafeBufferPointer(rebasing: room[checked - offset..<count])
        let fault = UTF8Check.firstFault(fresh, isWhole: isLast)
        guard let place = fault.fault else {
            checked += fault.checked
            return
        }
        let byte = checked + place
        let before = try UTF8Check.line(ofByte: byte, in: spool)
        let value = fresh[place]
        throw DatasetFormatError.content(
            place: "line \(before), byte \(byte)",
            "expected UTF-8, found the byte 0x\(value < 16 ? "0" : "")\(String(value, radix: 16, uppercase: true)); save "
                + "the file as UTF-8, or say its encoding, as in Content-Type: text/csv; charset=windows-1252"
        )
    }
}

/// Whether bytes are UTF-8 (RFC 3629).
enum UTF8Check {
    /// The place of the first byte that isn't UTF-8, if any, and how many bytes were checked; a character that may go on
    /// is left for the next time.
    static func firstFault(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> (fault: Int?, checked: Int) {
        var place = 0
        let raw = UnsafeRawBufferPointer(bytes)
        while place < bytes.count {
            if place + 8 <= bytes.count,
                raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                place += 8
                continue
            }
            let first = bytes[place]
            guard first >= 0x80 else {
                place += 1
                continue
            }
            let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            let second: ClosedRange<UInt8>
            switch first {
            case 0xC2...0xDF, 0xE1...0xEC, 0xEE...0xEF, 0xF1...0xF3: second = 0x80...0xBF
            case 0xE0: second = 0xA0...0xBF
            case 0xED: second = 0x80...0x9F
            case 0xF0: second = 0x90...0xBF
            case 0xF4: second = 0x80...0x8F
            default: return (place, place)
            }
            for index in 1..<length {
                guard place + index < bytes.count else { return isWhole ? (place, place) : (nil, place) }
                let byte = bytes[place + index]
                guard index == 1 ? second.contains(byte) : byte & 0xC0 == 0x80 else { return (place, place) }
            }
            place += length
        }
        return (nil, place)
    }

    /// The line on which a byte stands, from 1; lines end with LF, CRLF or CR.
    static func line(ofByte end: Int, in spool: SpooledBytes) throws(SpoolError) -> Int {
        var (line, offset, last) = (1, 0, UInt8(0))
        while offset < end {
            let bytes = try spool.bytes(offset..<min(offset + 1 << 20, end))
            for byte in bytes {
                if byte == 0x0D || byte == 0x0A && last != 0x0D { line += 1 }
                last = byte
            }
            offset += bytes.count
        }
        return line
    }
}
