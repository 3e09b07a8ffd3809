/// A string on the tape: where its bytes lie and whether any are escapes.
struct StringToken {
    /// The byte after the opening quote.
    let start: Int
    let count: Int
    let hasEscapes: Bool

    init(_ tape: [UInt32], at index: Int) {
        start = Int(tape[index]) + 1
        count = Int(tape[index + 1] >> 1)
        hasEscapes = tape[index + 1] & 1 == 1
    }

    /// The string without its escapes.
    func decoded(from text: UnsafeBufferPointer<UInt8>) -> String {
        let raw = UnsafeBufferPointer(rebasing: text[start..<start + count])
        return hasEscapes ? String(decoding: Self.unescape(raw), as: UTF8.self) : String(decoding: raw, as: UTF8.self)
    }

    /// The UTF-8 of the string without its escapes, which `TapeBuilder` has checked.
    static func unescape(_ raw: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\") else {
                bytes.append(raw[index])
                index += 1
                continue
            }
            index += 2
            switch raw[index - 1] {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = UInt32(StringScan.codeUnit(raw, at: index - 2) ?? 0)
                index += 4
                if scalar & 0xFC00 == 0xD800, let low = StringScan.codeUnit(raw, at: index) {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + UInt32(low) - 0xDC00
                    index += 6
                }
                bytes.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
            default: bytes.append(raw[index - 1])
            }
        }
        return bytes
    }
}
