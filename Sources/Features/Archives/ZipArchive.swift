import CZlib
import Foundation

/// The files of a zip archive (PKWARE's APPNOTE), found by its directory and read in any order.
///
/// What the directory says is checked against the rest: names, places that overlap, sizes, checksums. Refusals name the
/// entry.
struct ZipArchive: Sendable {
    /// One file.
    struct Entry: Sendable, Equatable {
        /// Its path, with slashes, composed (NFC), without `.` in it.
        let name: String
        /// How many bytes it has once it is unpacked.
        let size: Int
        /// The checksum of its bytes.
        let crc32: UInt32
        fileprivate let method: Int
        fileprivate let packed: Int
        fileprivate let offset: Int
        fileprivate let data: Int
    }

    /// The most entries.
    static let mostEntries = 1_000_000
    /// The largest file, in bytes.
    static let largestFile = 1 << 30
    /// A file above `freeBytes` that is so many times its packed size is a bomb; pictures and sounds hardly shrink at all.
    private static let greatestRatio = 200
    private static let freeBytes = 1 << 20
    private static let pieceBytes = 64 << 10

    private let bytes: SpooledBytes
    /// The files, in the order of the directory.
    let entries: [Entry]
    /// What systems leave behind, such as `__MACOSX/`, and what only describes the rest, such as `README`.
    let leftOut: [String]
    /// Names that differ only by case, two each.
    let alike: [(String, String)]

    /// Reads the directory of an archive and checks it.
    ///
    /// - Throws: `DatasetFormatError.content`, or `SpoolError`.
    init(_ bytes: SpooledBytes) throws {
        self.bytes = bytes
        let directory = try ZipDirectory.find(in: bytes)
        var entries: [Entry] = []
        var leftOut: [String] = []
        var spans: [(start: Int, end: Int, name: String)] = []
        for record in try directory.records(in: bytes) {
            let name = try ZipName(record)
            let data = try Self.data(of: record, name, directory, bytes)
            spans.append((record.offset, data + record.packed, name.shown))
            guard !name.isFolder else { continue }
            guard !Self.isLeftBehind(name.path) else {
                leftOut.append(name.path)
                continue
            }
            try Self.check(record, name.shown)
            entries.append(
                Entry(
                    name: name.path,
                    size: record.size,
                    crc32: record.crc32,
                    method: record.method,
                    packed: record.packed,
                    offset: record.offset,
                    data: data
                )
            )
        }
        try Self.checkOverlap(spans)
        alike = try Self.checkNames(entries)
        (self.entries, self.leftOut) = (entries, leftOut)
        guard !entries.isEmpty else { throw DatasetFormatError.content(place: "", "the zip archive has no files") }
    }

    /// Files that lie in bytes as they are, such as the parts of a form.
    ///
    /// - Throws: `DatasetFormatError.content` for a name that stands twice.
    init(stored files: [(name: String, range: Range<Int>, crc32: UInt32)], in bytes: SpooledBytes) throws {
        self.bytes = bytes
        entries = files.map { file in
            Entry(
                name: file.name.composed,
                size: file.range.count,
                crc32: file.crc32,
                method: 0,
                packed: file.range.count,
                offset: file.range.lowerBound,
                data: file.range.lowerBound
            )
        }
        (leftOut, alike) = ([], try Self.checkNames(entries))
    }

    static func fault(_ name: String, _ detail: String) -> DatasetFormatError {
        .content(place: "entry \"\(name)\"", detail)
    }

    /// Where an entry's bytes begin, by its own header, which must have the same name.
    private static func data(
        of record: ZipDirectory.Record,
        _ name: ZipName,
        _ directory: ZipDirectory,
        _ bytes: SpooledBytes
    ) throws -> Int {
        let header = 30
        guard record.offset + header <= directory.start else {
            throw fault(name.shown, "it lies behind the end of the entries, says the directory: the archive is damaged")
        }
        let local = LittleEndian(try bytes.bytes(record.offset..<record.offset + header))
        guard local.number(0, 4) == 0x0403_4B50 else {
            throw fault(name.shown, "there is no entry where the directory says; the archive is damaged or cut short")
        }
        let (nameLength, extraLength) = (local.number(26, 2), local.number(28, 2))
        let data = record.offset + header + nameLength + extraLength
        guard data + record.packed <= directory.start else {
            throw fault(name.shown, "its bytes go beyond the end of the entries: the archive is damaged or cut short")
        }
        let start = record.offset + header
        guard try bytes.bytes(start..<start + nameLength) == record.name else {
            throw fault(name.shown, "the directory gives it another name than its own header does")
        }
        return data
    }

    private static let methods: [Int: String] = [
        1: "shrunk", 6: "imploded", 9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz",
        99: "AES encryption",
    ]

    private static func check(_ record: ZipDirectory.Record, _ name: String) throws(DatasetFormatError) {
        guard record.method != 99, record.flags & 0x41 == 0 else {
            let method = record.method == 99 ? " (method 99, AES)" : ""
            throw fault(name, "it is encrypted\(method); make the archive without a password")
        }
        guard record.method == 0 || record.method == 8 else {
            let method = methods[record.method].map { " (\($0))" } ?? ""
            throw fault(
                name,
                "expected it stored or deflated, found method \(record.method)\(method); pack it anew with zip"
            )
        }
        guard !record.isLink else {
            throw fault(name, "it is a symbolic link, which is not followed; put the file itself there")
        }
        if record.method == 0, record.size != record.packed {
            throw fault(name, "it is stored, and yet its two sizes differ: \(record.packed) and \(record.size)")
        }
        guard record.size <= largestFile else {
            throw fault(name, "it has \(record.size) bytes, more than \(largestFile), the limit")
        }
    }

    private static func checkOverlap(_ spans: [(start: Int, end: Int, name: String)]) throws(DatasetFormatError) {
        let sorted = spans.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        for (first, second) in zip(sorted, sorted.dropFirst()) where second.start < first.end {
            throw fault(second.name, "its bytes are those of \"\(first.name)\" as well; entries may not overlap")
        }
    }

    private static func checkNames(_ entries: [Entry]) throws(DatasetFormatError) -> [(String, String)] {
        var seen: [String: String] = [:]
        var alike: [(String, String)] = []
        for entry in entries {
            let folded = entry.name.lowercased()
            if let other = seen[folded] {
                guard other != entry.name else { throw fault(entry.name, "the name stands twice in the archive") }
                alike.append((other, entry.name))
            } else {
                seen[folded] = entry.name
            }
        }
        guard alike.isEmpty || Set(entries.map(\.name)).count == entries.count else {
            throw .content(place: "", "a name stands twice in the archive")
        }
        return alike
    }

    /// Whether a system or a person left a file there that is no part of a dataset.
    private static func isLeftBehind(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        if parts.contains(where: { $0 == "__MACOSX" || $0.hasPrefix(".") }) { return true }
        let file = parts.last?.lowercased() ?? ""
        return ["thumbs.db", "desktop.ini"].contains(file) || file.hasPrefix("readme") || file.hasPrefix("license")
    }

    // MARK: Reading

    /// Unpacks a file and gives it piece by piece.
    ///
    /// - Throws: `DatasetFormatError.content` where it isn't what the directory says, `SpoolError`, or what `body` throws.
    func read(_ entry: Entry, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        var count = 0
        var sum: UInt = 0
        func take(_ piece: UnsafeBufferPointer<UInt8>) throws {
            count += piece.count
            guard count <= entry.size else {
                throw Self.fault(entry.name, "more than \(entry.size) bytes come out of it, its size by the directory")
            }
            guard count <= Self.freeBytes || count / Self.greatestRatio <= entry.packed else {
                throw Self.fault(entry.name, "it is more than \(Self.greatestRatio) times as large as its packed bytes")
            }
            sum = UInt(CZlib.crc32(sum, piece.baseAddress, UInt32(piece.count)))
            try body(piece)
        }
        let inflate: InflateStream?
        do throws(InflateFault) { inflate = entry.method == 8 ? try InflateStream(.deflate) : nil } catch {
            throw Self.fault(entry.name, error.detail)
        }
        var room = [UInt8](repeating: 0, count: min(Self.pieceBytes, max(entry.packed, 1)))
        var place = 0
        while place < entry.packed {
            let wanted = min(room.count, entry.packed - place)
            let found = try room.withUnsafeMutableBufferPointer { (room) throws(SpoolError) in
                try bytes.read(at: entry.data + place, into: UnsafeMutableBufferPointer(rebasing: room[..<wanted]))
            }
            place += found
            try room.withUnsafeBufferPointer { room in
                let piece = UnsafeBufferPointer(rebasing: room[..<found])
                guard let inflate else { return try take(piece) }
                do {
                    guard try inflate.read(piece, take) == found, !inflate.isAtEnd || place == entry.packed else {
                        throw InflateFault("its packed data end before the directory says")
                    }
                } catch let fault as InflateFault {
                    throw Self.fault(entry.name, fault.detail)
                }
            }
        }
        guard inflate?.isAtEnd ?? true else { throw Self.fault(entry.name, "its packed data are cut short") }
        guard count == entry.size else {
            throw Self.fault(
                entry.name,
                "\(count) bytes come out of it, and its size by the directory is \(entry.size)"
            )
        }
        guard UInt32(truncatingIfNeeded: sum) == entry.crc32 else {
            throw Self.fault(entry.name, "its checksum isn't that of its data: it is damaged")
        }
    }

    /// The bytes of a file.
    ///
    /// - Throws: As `read`.
    func contents(of entry: Entry) throws -> [UInt8] {
        var contents: [UInt8] = []
        contents.reserveCapacity(min(entry.size, max(entry.packed, Self.freeBytes) * 2))
        try read(entry) { contents.append(contentsOf: $0) }
        return contents
    }

    /// The first bytes of a file; the rest isn't looked at.
    ///
    /// - Throws: As `read`, for what is seen.
    func prefix(of entry: Entry, count: Int) throws -> [UInt8] {
        struct Enough: Error {}
        var contents: [UInt8] = []
        do {
            try read(entry) { piece in
                contents.append(contentsOf: piece.prefix(count - contents.count))
                if contents.count == count { throw Enough() }
            }
        } catch is Enough {}
        return contents
    }
}

/// Numbers in bytes, the lowest byte first.
struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The number of so many bytes, up to 8, at a place; −1 for one beyond `Int`.
    func number(_ place: Int, _ count: Int) -> Int {
        let bits = bytes[place..<place + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(exactly: bits) ?? -1
    }
}
