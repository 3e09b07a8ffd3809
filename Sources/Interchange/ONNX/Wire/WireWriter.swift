/// Writes protobuf messages; the same fields always give the same bytes.
struct WireWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Makes room for so many bytes.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// A field with a number.
    mutating func int(_ field: Int, _ value: Int) {
        key(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// A field with a float32.
    mutating func float(_ field: Int, _ value: Float) {
        key(field, 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A field with a text.
    mutating func text(_ field: Int, _ value: String) {
        key(field, 2)
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// A field with numbers, packed.
    mutating func ints(_ field: Int, _ values: [Int]) {
        message(field) { writer in
            for value in values { writer.varint(UInt64(bitPattern: Int64(value))) }
        }
    }

    /// A field with float32 numbers, packed.
    mutating func floats(_ field: Int, _ values: [Float]) {
        key(field, 2)
        varint(UInt64(values.count * 4))
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// A field with bytes.
    mutating func raw(_ field: Int, _ value: UnsafeRawBufferPointer) {
        key(field, 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A field with a message that `body` writes, without a copy of it: its length takes five bytes whatever it is.
    mutating func largeMessage(_ field: Int, _ body: (inout WireWriter) -> Void) {
        key(field, 2)
        let start = bytes.count
        bytes.append(contentsOf: [0x80, 0x80, 0x80, 0x80, 0])
        body(&self)
        var rest = bytes.count - start - 5
        for place in 0..<5 {
            bytes[start + place] = UInt8(rest & 0x7F) | (place < 4 ? 0x80 : 0)
            rest >>= 7
        }
    }

    /// A field with a message that `body` writes.
    mutating func message(_ field: Int, _ body: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        body(&inner)
        key(field, 2)
        varint(UInt64(inner.bytes.count))
        bytes.append(contentsOf: inner.bytes)
    }

    private mutating func key(_ field: Int, _ type: Int) { varint(UInt64(field << 3 | type)) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
