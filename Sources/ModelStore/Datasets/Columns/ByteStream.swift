/// Bytes to which little-endian numbers are appended.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends the bytes of numbers as they lie in memory, which is little-endian on every processor that this runs on.
    mutating func add<Number: BitwiseCopyable>(all numbers: [Number]) {
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    mutating func add(bytes more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Appends a bit for each truth, the first in the lowest bit of the first byte.
    mutating func add(bits: [Bool]) {
        for start in stride(from: 0, to: bits.count, by: 8) {
            var byte: UInt8 = 0
            for bit in 0..<min(8, bits.count - start) where bits[start + bit] { byte |= 1 << UInt8(bit) }
            bytes.append(byte)
        }
    }

    /// Appends texts: where each one ends, then their bytes.
    ///
    /// - Returns: False where they have too many bytes to be counted in 32 bits.
    mutating func add(texts: [String]) -> Bool {
        let head = 4 * texts.count
        let count = texts.reduce(0) { $0 + $1.utf8.count }
        guard count <= Int(UInt32.max) else { return false }
        bytes += [UInt8](unsafeUninitializedCapacity: head + count) { room, initialized in
            let room = UnsafeMutableRawBufferPointer(room)
            var end = 0
            for (place, text) in texts.enumerated() {
                var text = text
                text.withUTF8 { utf8 in
                    UnsafeMutableRawBufferPointer(rebasing: room[(head + end)...]).copyBytes(from: utf8)
                    end += utf8.count
                }
                room.storeBytes(of: UInt32(end).littleEndian, toByteOffset: 4 * place, as: UInt32.self)
            }
            initialized = head + count
        }
        return true
    }
}

/// Bytes from which little-endian numbers are taken; nil where there are too few.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(as: Number.Type = Number.self) -> Number? {
        guard let taken = take(MemoryLayout<Number>.size) else { return nil }
        return Number(littleEndian: taken.loadUnaligned(as: Number.self))
    }

    mutating func count() -> Int? { number(as: UInt64.self).flatMap { Int(exactly: $0) } }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= bytes.count - position else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func numbers<Number: BitwiseCopyable>(_ count: Int, of: Number.Type = Number.self) -> [Number]? {
        let (size, isTooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Number>.size)
        guard !isTooLarge, let taken = take(size) else { return nil }
        return [Number](unsafeUninitializedCapacity: count) { output, initialized in
            UnsafeMutableRawBufferPointer(output).copyMemory(from: taken)
            initialized = count
        }
    }

    mutating func bits(_ count: Int) -> [Bool]? {
        guard count >= 0, let taken = take((count + 7) / 8) else { return nil }
        return (0..<count).map { taken[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 }
    }

    mutating func texts(_ count: Int) -> [String]? {
        guard let ends = numbers(count, of: UInt32.self), let all = take(Int(ends.last ?? 0)) else { return nil }
        var start = 0
        var texts: [String] = []
        texts.reserveCapacity(count)
        for end in ends {
            guard end >= start, end <= all.count else { return nil }
            texts.append(String(decoding: all[start..<Int(end)], as: UTF8.self))
            start = Int(end)
        }
        return texts
    }
}
