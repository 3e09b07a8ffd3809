/// The parts of a `Content-Type` field (RFC 9110 §8.3.1).
package enum MediaType {
    /// `type/subtype` in lower case.
    package static func essence(of value: String) -> String {
        trimmed(value.utf8.prefix { $0 != UInt8(ascii: ";") }).lowercased()
    }

    /// The value of a parameter, unquoted; the name counts without case.
    package static func parameter(_ name: String, of value: String) -> String? {
        var rest = Array(value.utf8).drop { $0 != UInt8(ascii: ";") }
        while rest.popFirst() != nil {
            let key = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
            rest = rest.dropFirst(key.count)
            var text: [UInt8] = []
            if rest.first == UInt8(ascii: "=") {
                rest = rest.dropFirst()
                if rest.first == UInt8(ascii: "\"") {
                    text = unquote(&rest)
                    rest = rest.drop { $0 != UInt8(ascii: ";") }
                } else {
                    text = Array(rest.prefix { $0 != UInt8(ascii: ";") })
                    rest = rest.dropFirst(text.count)
                }
            }
            if trimmed(key).lowercased() == name.lowercased() { return trimmed(text) }
        }
        return nil
    }

    /// Takes a quoted string (RFC 9110 §5.6.4) off the front.
    private static func unquote(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                text.append(escaped)
            } else {
                text.append(byte)
            }
        }
        return text
    }

    private static func trimmed(_ bytes: some Sequence<UInt8>) -> String {
        var slice = Array(bytes)[...]
        while let first = slice.first, first == Grammar.space || first == Grammar.tab { slice.removeFirst() }
        while let last = slice.last, last == Grammar.space || last == Grammar.tab { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }
}
