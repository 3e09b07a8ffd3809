/// Reads over the inside of a JSON string, checking escapes, control characters and UTF-8 (RFC 8259 §7, RFC 3629 §4).
struct StringScan {
    /// The offset of the closing quote; with a fault, of the byte at fault.
    private(set) var end: Int
    private(set) var hasEscapes = false
    private(set) var fault: String?

    /// Scans `text` from `start`, the byte after the opening quote.
    init(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        end = start
        while fault == nil {
            guard end < text.count else {
                fault = "expected the closing double quote of a string, found the end of the text"
                return
            }
            let byte = text[end]
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                escape(text)
            } else if byte < 0x20 {
                fault =
                    "expected an escape such as \\n or \\u0000, found the control character \(hex(byte)) in a string"
            } else if byte < 0x80 {
                end += 1
            } else {
                let length = Self.sequenceLength(text, at: end)
                if length == 0 { fault = "expected UTF-8, found the byte \(hex(byte)) in a string" }
                end += length
            }
        }
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        hasEscapes = true
        guard end + 1 < text.count else {
            end = text.count
            return
        }
        switch text[end + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            end += 2
        case UInt8(ascii: "u"):
            guard let unit = Self.codeUnit(text, at: end) else {
                fault = "expected four hexadecimal digits after \\u"
                return
            }
            if unit & 0xFC00 == 0xD800 {
                guard let low = Self.codeUnit(text, at: end + 6), low & 0xFC00 == 0xDC00 else {
                    fault = "expected a low surrogate escape after \\u\(hex4(unit)), found a lone high surrogate"
                    return
                }
                end += 12
            } else if unit & 0xFC00 == 0xDC00 {
                fault = "expected a Unicode scalar, found the lone low surrogate \\u\(hex4(unit))"
            } else {
                end += 6
            }
        default:
            fault = #"expected one of "\/bfnrtu after a backslash"#
        }
    }

    /// The UTF-16 code unit written `\uXXXX` at `offset`, if there is one.
    static func codeUnit(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt16? {
        guard offset + 6 <= text.count, text[offset] == UInt8(ascii: "\\"), text[offset + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for byte in text[offset + 2..<offset + 6] {
            let letter = (byte | 0x20) &- UInt8(ascii: "a")
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 || letter < 6 else { return nil }
            unit = unit << 4 | UInt16(digit < 10 ? digit : letter + 10)
        }
        return unit
    }

    /// The length of the well-formed multi-byte sequence at `offset`, from 2 to 4, or 0 if it is malformed.
    private static func sequenceLength(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
        let first = text[offset]
        let second = offset + 1 < text.count ? text[offset + 1] : 0
        let range: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (range, length) = (0x80...0xBF, 2)
        case 0xE0: (range, length) = (0xA0...0xBF, 3)
        case 0xED: (range, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (range, length) = (0x80...0xBF, 3)
        case 0xF0: (range, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (range, length) = (0x80...0xBF, 4)
        case 0xF4: (range, length) = (0x80...0x8F, 4)
        default: return 0
        }
        guard range.contains(second), offset + length <= text.count else { return 0 }
        for index in offset + 2..<offset + length where text[index] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

/// `byte` as `0x1F`.
func hex(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}

/// The four hexadecimal digits of `unit`.
private func hex4(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
}
