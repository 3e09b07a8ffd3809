/// The grammar of `Host = uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2.2).
enum HostField {
    /// Whether the bytes are a registered name, an IPv4 address or a bracketed IPv6 address, with a port or none.
    ///
    /// Empty is valid: a client whose URI has no authority sends it so.
    static func isValid(_ value: Span<UInt8>) -> Bool {
        var index = 0
        if value.count > 0, value[0] == UInt8(ascii: "[") {
            index = 1
            while index < value.count, Grammar.hexDigit(value[index]) != nil || isAddressMark(value[index]) {
                index += 1
            }
            guard index > 2, index < value.count, value[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            while index < value.count, Grammar.isRegisteredName(value[index]) { index += 1 }
        }
        guard index < value.count else { return true }
        guard value[index] == UInt8(ascii: ":") else { return false }
        var port = 0
        for position in index + 1..<value.count {
            guard Grammar.isDigit(value[position]) else { return false }
            port = port * 10 + Int(value[position] - 0x30)
            guard port <= 65_535 else { return false }
        }
        return true
    }

    /// Where the host of a valid value is, brackets included, and its port; nil where there is none or an empty one.
    static func parts(_ value: Span<UInt8>) -> (host: Range<Int>, port: Int?) {
        var end = 0
        var isBracketed = false
        while end < value.count, isBracketed || value[end] != UInt8(ascii: ":") {
            if value[end] == UInt8(ascii: "[") { isBracketed = true }
            if value[end] == UInt8(ascii: "]") { isBracketed = false }
            end += 1
        }
        var port: Int?
        for position in min(end + 1, value.count)..<value.count {
            port = (port ?? 0) * 10 + Int(value[position] - 0x30)
        }
        return (0..<end, port)
    }

    private static func isAddressMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }
}
