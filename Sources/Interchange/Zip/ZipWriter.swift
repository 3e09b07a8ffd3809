internal import CZlib

/// Writes a zip archive of entries that aren't packed, without dates, so that the same entries give the same bytes; with
/// zip64 where it is needed.
struct ZipWriter {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// The first day that a zip archive can say, 1980-01-01.
    private static let date: [UInt8] = [0, 0, 0x21, 0]
    private static let greatest = 0xFFFF_FFFF

    /// Adds an entry.
    mutating func add(_ name: String, _ content: [UInt8]) { add(name, content, []) }

    /// Adds an entry of bytes and then 32-bit floats.
    mutating func add(_ name: String, _ head: [UInt8], _ numbers: [Float]) {
        let size = head.count + 4 * numbers.count
        let offset = bytes.count
        var crc = head.withUnsafeBytes { Self.crc32($0, after: 0) }
        crc = numbers.withUnsafeBytes { Self.crc32($0, after: crc) }
        let isLong = size >= Self.greatest
        var common: [UInt8] = Self.number(isLong ? 45 : 20, 2) + Self.number(0x800, 2) + Self.number(0, 2) + Self.date
        common += Self.number(Int(crc), 4)
        let name = Array(name.utf8)
        let short = Self.number(isLong ? Self.greatest : size, 4)
        let long = isLong ? Self.number(1, 2) + Self.number(16, 2) + Self.number(size, 8) + Self.number(size, 8) : []
        bytes += Self.number(0x0403_4B50, 4) + common + short + short
        bytes += Self.number(name.count, 2) + Self.number(long.count, 2) + name + long
        bytes += head
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
        var wide: [UInt8] = isLong ? Self.number(size, 8) + Self.number(size, 8) : []
        if offset >= Self.greatest { wide += Self.number(offset, 8) }
        if !wide.isEmpty { wide = Self.number(1, 2) + Self.number(wide.count, 2) + wide }
        directory += Self.number(0x0201_4B50, 4) + Self.number(0x031E, 2) + common + short + short
        directory += Self.number(name.count, 2) + Self.number(wide.count, 2) + Self.number(0, 2) + Self.number(0, 2)
        directory += Self.number(0, 2) + Self.number(0o100644 << 16, 4) + Self.number(min(offset, Self.greatest), 4)
        directory += name + wide
        count += 1
    }

    /// The archive.
    consuming func finished() -> [UInt8] {
        let start = bytes.count
        bytes += directory
        if start >= Self.greatest || count >= 0xFFFF {
            let record = bytes.count
            bytes += Self.number(0x0606_4B50, 4) + Self.number(44, 8) + Self.number(45, 2) + Self.number(45, 2)
            bytes += Self.number(0, 4) + Self.number(0, 4) + Self.number(count, 8) + Self.number(count, 8)
            bytes += Self.number(directory.count, 8) + Self.number(start, 8)
            bytes += Self.number(0x0706_4B50, 4) + Self.number(0, 4) + Self.number(record, 8) + Self.number(1, 4)
        }
        bytes += Self.number(0x0605_4B50, 4) + Self.number(0, 4) + Self.number(min(count, 0xFFFF), 2)
        bytes += Self.number(min(count, 0xFFFF), 2) + Self.number(directory.count, 4)
        bytes += Self.number(min(start, Self.greatest), 4) + Self.number(0, 2)
        return bytes
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func crc32(_ bytes: UnsafeRawBufferPointer, after previous: UInt32) -> UInt32 {
        // zlib takes a null pointer for the wish to begin anew.
        guard let start = bytes.baseAddress else { return previous }
        return UInt32(
            truncatingIfNeeded: crc32_z(uLong(previous), start.assumingMemoryBound(to: UInt8.self), bytes.count)
        )
    }
}
