/// Percent-encoding of URIs (RFC 3986 §2.1) and of form data.
enum PercentEncoding {
    /// The decoded text; nil where a `%` is not followed by two hexadecimal digits, the bytes are not UTF-8, or a NUL
    /// comes out.
    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(validating: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < bytes.endIndex, let high = Grammar.hexDigit(bytes[index]),
                    let low = Grammar.hexDigit(bytes[index + 1]), high != 0 || low != 0
                else { return nil }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = Grammar.space
            }
            decoded.append(byte)
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
