/// A walk over the fields of a protobuf message, which lies in a range of a file's bytes; nothing is copied.
///
/// Source: protobuf.dev/programming-guides/encoding.
struct WireMessage {
    /// The whole file.
    let bytes: [UInt8]
    /// Where the message ends.
    let end: Int
    /// Where the next field begins.
    private(set) var place: Int

    /// The message in a range of a file.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        (self.bytes, place, end) = (bytes, range.lowerBound, range.upperBound)
    }

    /// The next field and its value; nil at the end of the message.
    ///
    /// - Throws: `InterchangeError` where the bytes are no message, as in a file that was cut.
    mutating func next() throws(InterchangeError) -> (field: Int, value: WireValue)? {
        guard place < end else { return nil }
        let key = try varint()
        guard let field = Int(exactly: key >> 3), field > 0, field < 1 << 29 else { throw broken("a field's number") }
        switch key & 7 {
        case 0: return (field, .varint(try varint()))
        case 1: return (field, .fixed64(try fixed(8)))
        case 2:
            let count = try varint()
            guard count <= UInt64(end - place) else {
                throw broken("a part of \(count) bytes where \(end - place) are left")
            }
            let start = place
            place += Int(count)
            return (field, .bytes(start..<place))
        case 5: return (field, .fixed32(UInt32(try fixed(4))))
        default: throw broken("the wire type \(key & 7)")
        }
    }

    /// The next number of one to ten bytes.
    mutating func varint() throws(InterchangeError) -> UInt64 {
        var number: UInt64 = 0
        for index in 0..<10 {
            guard place < end else { throw broken("the end within a number") }
            let byte = bytes[place]
            place += 1
            if index == 9, byte > 1 { throw broken("a number of more than 64 bits") }
            number |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 { return number }
        }
        throw broken("a number of more than ten bytes")
    }

    /// The next number of a fixed count of bytes, little-endian.
    mutating func fixed(_ count: Int) throws(InterchangeError) -> UInt64 {
        guard end - place >= count else { throw broken("the end within a number") }
        var number: UInt64 = 0
        for index in 0..<count { number |= UInt64(bytes[place + index]) << UInt64(8 * index) }
        place += count
        return number
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { place >= end }

    /// What is wrong at this place of the file.
    func broken(_ found: String) -> InterchangeError {
        InterchangeError("no ONNX file, or one that was cut or damaged: at byte \(place) there is \(found)")
    }
}

/// The value of a field.
enum WireValue {
    /// A number of variable length.
    case varint(UInt64)
    /// Eight bytes.
    case fixed64(UInt64)
    /// A text, a message, packed numbers or plain bytes: where they lie in the file.
    case bytes(Range<Int>)
    /// Four bytes.
    case fixed32(UInt32)
}
