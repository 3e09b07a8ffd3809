internal import CZlib

/// The entries of a zip archive (PKWARE's APPNOTE, with zip64), found by the directory at its end.
struct ZipFile {
    /// What the directory says of one entry.
    struct Entry {
        let name: String
        let method: Int
        let crc32: UInt32
        let packed: Int
        let size: Int
        let offset: Int
    }

    private let bytes: UnsafeRawBufferPointer
    /// The entries, of which no two have one name; without those that are folders.
    let entries: [Entry]

    private static let mostEntries = 100_000
    private static let endBytes = 22
    private static let longestComment = 65_535

    /// Whether a file begins as an archive does.
    static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
    }

    /// Reads the directory.
    ///
    /// - Throws: `InterchangeError` where it is damaged, or two entries have one name.
    init(_ bytes: UnsafeRawBufferPointer) throws(InterchangeError) {
        self.bytes = bytes
        let (start, end, count) = try Self.directory(of: bytes)
        guard count <= Self.mostEntries, count <= (end - start) / 46 else {
            throw Self.damage("its directory can't have \(count) entries")
        }
        var entries: [Entry] = []
        var names: Set<String> = []
        var place = start
        for _ in 0..<count {
            guard place + 46 <= end, Self.number(bytes, place, 4) == 0x0201_4B50 else {
                throw Self.damage("its directory has fewer entries than it says")
            }
            let (nameLength, extraLength) = (Self.number(bytes, place + 28, 2), Self.number(bytes, place + 30, 2))
            let next = place + 46 + nameLength + extraLength + Self.number(bytes, place + 32, 2)
            guard next <= end else { throw Self.damage("its directory ends within an entry") }
            let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
            guard names.insert(name).inserted else {
                throw InterchangeError(at: "/\(name)", "zip: two entries have this name; which one counts isn't said")
            }
            guard Self.number(bytes, place + 8, 2) & 0x2041 == 0 else {
                throw InterchangeError(at: "/\(name)", "zip: the entry is encrypted; send it without a password")
            }
            let extra = place + 46 + nameLength..<place + 46 + nameLength + extraLength
            var sizes = [
                Self.number(bytes, place + 24, 4), Self.number(bytes, place + 20, 4), Self.number(bytes, place + 42, 4),
            ]
            try Self.widen(&sizes, by: extra, in: bytes)
            let entry = Entry(
                name: name,
                method: Self.number(bytes, place + 10, 2),
                crc32: UInt32(Self.number(bytes, place + 16, 4)),
                packed: sizes[1],
                size: sizes[0],
                offset: sizes[2]
            )
            if !name.hasSuffix("/") { entries.append(entry) }
            place = next
        }
        self.entries = entries
    }

    /// The entry of a name.
    func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// Gives an entry's bytes, which are checked against their CRC-32, to a body; they lie in the archive where they
    /// aren't packed.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - ratio: The most bytes that come of one packed byte.
    ///   - limit: The most bytes that it may have.
    ///   - body: Takes the bytes.
    /// - Returns: What `body` gives.
    /// - Throws: `InterchangeError` where the entry is damaged or too large, and what `body` throws.
    func withContent<Result>(
        of entry: Entry,
        ratio: Int,
        limit: Int = .max,
        _ body: (UnsafeRawBufferPointer) throws(InterchangeError) -> Result
    ) throws(InterchangeError) -> Result {
        func fault(_ message: String) -> InterchangeError { InterchangeError(at: "/\(entry.name)", "zip: \(message)") }
        guard entry.size <= limit else { throw fault("\(entry.size) bytes; the limit is \(limit)") }
        guard entry.offset >= 0, entry.packed >= 0, entry.size >= 0, entry.offset <= bytes.count - 30,
            Self.number(bytes, entry.offset, 4) == 0x0403_4B50
        else { throw fault("the entry isn't where the directory says: the archive is damaged") }
        let start =
            entry.offset + 30 + Self.number(bytes, entry.offset + 26, 2) + Self.number(bytes, entry.offset + 28, 2)
        guard start <= bytes.count, entry.packed <= bytes.count - start else {
            throw fault("the entry reaches beyond the end of the archive: it is cut short")
        }
        let packed = UnsafeRawBufferPointer(rebasing: bytes[start..<start + entry.packed])
        switch entry.method {
        case 0:
            guard entry.packed == entry.size else { throw fault("its two sizes differ, though it isn't packed") }
            guard Self.crc32(packed) == entry.crc32 else { throw fault("its checksum differs: it is damaged") }
            return try body(packed)
        case 8:
            let (most, overflow) = entry.packed.multipliedReportingOverflow(by: ratio)
            guard overflow || entry.size <= most else {
                throw fault(
                    "\(entry.size) bytes are packed into \(entry.packed); the limit is \(ratio) times, which --max-inflation sets"
                )
            }
            guard let content = Self.inflated(packed, count: entry.size) else {
                throw fault("its packed bytes are damaged")
            }
            defer { content.deallocate() }
            guard Self.crc32(UnsafeRawBufferPointer(content)) == entry.crc32 else {
                throw fault("its checksum differs: it is damaged")
            }
            return try body(UnsafeRawBufferPointer(content))
        default: throw fault("packed by method \(entry.method); only stored and deflated entries are read")
        }
    }

    // MARK: The directory

    private static func damage(_ message: String) -> InterchangeError {
        InterchangeError("zip: \(message): the archive is damaged")
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ count: Int) -> Int {
        (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }

    /// An eight-byte number; nil where it is too large for any file.
    private static func wide(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int? {
        bytes[place + 7] < 0x40 ? number(bytes, place, 8) : nil
    }

    private static func directory(
        of bytes: UnsafeRawBufferPointer
    ) throws(InterchangeError) -> (start: Int, end: Int, count: Int) {
        var place = bytes.count - endBytes
        let first = max(0, place - longestComment)
        while place >= first {
            defer { place -= 1 }
            guard number(bytes, place, 4) == 0x0605_4B50, place + endBytes + number(bytes, place + 20, 2) == bytes.count
            else { continue }
            var (count, length) = (number(bytes, place + 10, 2), number(bytes, place + 12, 4))
            var (start, end) = (number(bytes, place + 16, 4), place)
            if count == 0xFFFF || length == 0xFFFF_FFFF || start == 0xFFFF_FFFF, place >= 20,
                number(bytes, place - 20, 4) == 0x0706_4B50
            {
                guard let record = wide(bytes, place - 12), record <= place - 20 - 56,
                    number(bytes, record, 4) == 0x0606_4B50, let wideCount = wide(bytes, record + 32),
                    let wideLength = wide(bytes, record + 40), let wideStart = wide(bytes, record + 48)
                else { throw damage("its zip64 record isn't where it is said to be") }
                (count, length, start, end) = (wideCount, wideLength, wideStart, record)
            }
            guard start <= end, length <= end - start else { throw damage("its directory lies behind its end") }
            return (start, start + length, count)
        }
        throw InterchangeError("zip: no directory at the end: the archive is cut short")
    }

    /// Takes the numbers of zip64 in place of those that are all ones.
    private static func widen(
        _ sizes: inout [Int],
        by extra: Range<Int>,
        in bytes: UnsafeRawBufferPointer
    ) throws(InterchangeError) {
        guard sizes.contains(0xFFFF_FFFF) else { return }
        var place = extra.lowerBound
        while place + 4 <= extra.upperBound {
            let length = number(bytes, place + 2, 2)
            guard place + 4 + length <= extra.upperBound else { break }
            if number(bytes, place, 2) == 1 {
                var next = place + 4
                for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
                    guard next + 8 <= place + 4 + length, let size = wide(bytes, next) else {
                        throw damage("its zip64 sizes are none")
                    }
                    sizes[index] = size
                    next += 8
                }
                return
            }
            place += 4 + length
        }
    }

    // MARK: zlib

    private static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let start = bytes.baseAddress else { return 0 }
        return UInt32(truncatingIfNeeded: crc32_z(0, start.assumingMemoryBound(to: UInt8.self), bytes.count))
    }

    /// The unpacked bytes; nil where they aren't exactly so many.
    private static func inflated(_ packed: UnsafeRawBufferPointer, count: Int) -> UnsafeMutableRawBufferPointer? {
        let content = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 16)
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            content.deallocate()
            return nil
        }
        defer { inflateEnd(&stream) }
        let input = packed.bindMemory(to: UInt8.self)
        let output = content.bindMemory(to: UInt8.self)
        // zlib's interface lacks the `const`: it only reads its input.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.next_out = output.baseAddress
        var (unread, unwritten, status) = (packed.count, count, Z_OK)
        // zlib counts the bytes of a call in 32 bits.
        let most = 1 << 30
        repeat {
            let (given, free) = (min(unread, most), min(unwritten, most))
            (stream.avail_in, stream.avail_out) = (UInt32(given), UInt32(free))
            status = inflate(&stream, Z_NO_FLUSH)
            unread -= given - Int(stream.avail_in)
            unwritten -= free - Int(stream.avail_out)
        } while status == Z_OK && (unread > 0 || unwritten > 0)
        guard status == Z_STREAM_END, unwritten == 0 else {
            content.deallocate()
            return nil
        }
        return UnsafeMutableRawBufferPointer(rebasing: content[..<count])
    }
}
