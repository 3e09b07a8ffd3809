/// Where the directory of a zip archive is, and what it says.
struct ZipDirectory {
    /// What the directory says of one entry.
    struct Record {
        /// The bytes of the name.
        let name: [UInt8]
        let extra: [UInt8]
        let flags: Int
        let method: Int
        let crc32: UInt32
        /// How many bytes it has packed, and unpacked.
        var packed: Int
        var size: Int
        /// Where its own header is.
        var offset: Int
        let isLink: Bool
    }

    /// Where it begins.
    let start: Int
    private let byteCount: Int
    private let count: Int

    private static let endBytes = 22
    private static let longestComment = 65_535

    /// Finds the directory by the record at the end.
    ///
    /// - Throws: `DatasetFormatError.content`, or `SpoolError`.
    static func find(in bytes: SpooledBytes) throws -> ZipDirectory {
        let tailStart = max(bytes.count - endBytes - longestComment, 0)
        let tail = LittleEndian(try bytes.bytes(tailStart..<bytes.count))
        var place = tail.bytes.count - endBytes
        while place >= 0 {
            defer { place -= 1 }
            guard tail.bytes[place] == 0x50, tail.number(place, 4) == 0x0605_4B50,
                place + endBytes + tail.number(place + 20, 2) == tail.bytes.count
            else { continue }
            var count = tail.number(place + 10, 2)
            var byteCount = tail.number(place + 12, 4)
            var start = tail.number(place + 16, 4)
            var end = tailStart + place
            if count == 0xFFFF || byteCount == 0xFFFF_FFFF || start == 0xFFFF_FFFF,
                let long = try longEnd(before: end, in: bytes)
            {
                (count, byteCount, start, end) = long
            }
            guard start >= 0, byteCount >= 0, start <= end, byteCount <= end - start else {
                throw DatasetFormatError.content(
                    place: "",
                    "the zip archive's directory lies behind its end: it is damaged"
                )
            }
            return ZipDirectory(start: start, byteCount: byteCount, count: count)
        }
        throw DatasetFormatError.content(
            place: "",
            "expected a zip archive, found no directory at its end: it is none, or was cut short"
        )
    }

    /// What the record of zip64 says, whose locator stands before the other.
    private static func longEnd(before end: Int, in bytes: SpooledBytes) throws -> (Int, Int, Int, Int)? {
        guard end >= 20 else { return nil }
        let locator = LittleEndian(try bytes.bytes(end - 20..<end))
        guard locator.number(0, 4) == 0x0706_4B50 else { return nil }
        let place = locator.number(8, 8)
        guard place >= 0, place <= end - 20 - 56 else {
            throw DatasetFormatError.content(
                place: "",
                "the zip archive's end record lies behind its end: it is damaged"
            )
        }
        let record = LittleEndian(try bytes.bytes(place..<place + 56))
        guard record.number(0, 4) == 0x0606_4B50 else {
            throw DatasetFormatError.content(
                place: "",
                "the zip archive's end record isn't where it is said to be: it is damaged"
            )
        }
        return (record.number(32, 8), record.number(40, 8), record.number(48, 8), place)
    }

    /// What it says of the entries.
    func records(in bytes: SpooledBytes) throws -> [Record] {
        guard count >= 0, count <= ZipArchive.mostEntries, count <= byteCount / 46 else {
            throw DatasetFormatError.content(
                place: "",
                "the zip archive's directory of \(byteCount) bytes can't have \(count) entries"
                    + (count > ZipArchive.mostEntries ? "; the limit is \(ZipArchive.mostEntries)" : ": it is damaged")
            )
        }
        let directory = LittleEndian(try bytes.bytes(start..<start + byteCount))
        var records: [Record] = []
        var place = 0
        for number in 0..<count {
            guard let record = try Self.record(directory, &place) else {
                throw DatasetFormatError.content(
                    place: "",
                    "the zip archive's directory ends after \(number) of \(count) entries, or is encrypted"
                )
            }
            records.append(record)
        }
        if place + 4 <= byteCount, directory.number(place, 4) == 0x0201_4B50 {
            throw DatasetFormatError.content(place: "", "the zip archive's directory has more entries than it says")
        }
        return records
    }

    private static func record(_ directory: LittleEndian, _ place: inout Int) throws -> Record? {
        let bytes = directory.bytes
        guard place + 46 <= bytes.count, directory.number(place, 4) == 0x0201_4B50 else { return nil }
        let (nameLength, extraLength) = (directory.number(place + 28, 2), directory.number(place + 30, 2))
        let commentLength = directory.number(place + 32, 2)
        let nameStart = place + 46
        let end = nameStart + nameLength + extraLength + commentLength
        guard end <= bytes.count else { return nil }
        // Made by Unix, whose modes stand in the upper half of the attributes.
        let isUnix = bytes[place + 5] == 3
        var record = Record(
            name: Array(bytes[nameStart..<nameStart + nameLength]),
            extra: Array(bytes[nameStart + nameLength..<nameStart + nameLength + extraLength]),
            flags: directory.number(place + 8, 2),
            method: directory.number(place + 10, 2),
            crc32: UInt32(directory.number(place + 16, 4)),
            packed: directory.number(place + 20, 4),
            size: directory.number(place + 24, 4),
            offset: directory.number(place + 42, 4),
            isLink: isUnix && directory.number(place + 40, 2) & 0xF000 == 0xA000
        )
        place = end
        if record.flags & 0x2000 != 0 {
            throw DatasetFormatError.content(
                place: "",
                "the zip archive's directory is encrypted; make it without a password"
            )
        }
        try record.widen()
        return record
    }
}

extension ZipDirectory.Record {
    /// The content of a field of the extra bytes.
    func field(_ wanted: Int) -> [UInt8]? {
        let fields = LittleEndian(extra)
        var place = 0
        while place + 4 <= extra.count {
            let (kind, length) = (fields.number(place, 2), fields.number(place + 2, 2))
            guard place + 4 + length <= extra.count else { return nil }
            if kind == wanted { return Array(extra[place + 4..<place + 4 + length]) }
            place += 4 + length
        }
        return nil
    }

    /// Takes the numbers of zip64 in place of those that are all ones, in the order in which they stand there.
    fileprivate mutating func widen() throws(DatasetFormatError) {
        let ones = 0xFFFF_FFFF
        guard size == ones || packed == ones || offset == ones, let field = field(1) else { return }
        let numbers = LittleEndian(field)
        var place = 0
        func next(_ value: Int) throws(DatasetFormatError) -> Int {
            guard value == ones else { return value }
            guard place + 8 <= field.count, case let number = numbers.number(place, 8), number >= 0, number < 1 << 48
            else {
                throw ZipArchive.fault(String(decoding: name, as: UTF8.self), "its zip64 sizes are damaged")
            }
            place += 8
            return number
        }
        size = try next(size)
        packed = try next(packed)
        offset = try next(offset)
    }
}
