/// Where the parts of a request target are in the head's bytes (RFC 9112 §3.2).
package struct RequestTarget: Sendable, Equatable {
    package enum Form: Sendable {
        /// `/path?query`
        case origin
        /// `http://host/path?query`
        case absolute
        /// `*`, for OPTIONS of the server as a whole
        case asterisk
    }

    package let form: Form
    package let whole: Range<Int>
    /// The host with its port, in absolute form alone.
    package let authority: Range<Int>?
    /// The path; empty in absolute form where the URI has none, which means "/".
    package let path: Range<Int>
    package let query: Range<Int>?

    /// Reads the target in `bytes[range]`, which holds target bytes only and is not empty.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, method: Span<UInt8>) throws(WireError) {
        whole = range
        var start = range.lowerBound
        var authority: Range<Int>?
        switch bytes[start] {
        case UInt8(ascii: "/"):
            form = .origin
        case UInt8(ascii: "*") where range.count == 1:
            guard method.equals("OPTIONS") else {
                throw .malformed("the request target * is for OPTIONS alone (RFC 9112 section 3.2.4)")
            }
            form = .asterisk
        default:
            form = .absolute
            let found = try Self.authority(bytes, range)
            start = found.upperBound
            authority = found
        }
        self.authority = authority
        var end = start
        while end < range.upperBound, bytes[end] != UInt8(ascii: "?") { end += 1 }
        path = start..<end
        query = end < range.upperBound ? end + 1..<range.upperBound : nil
    }

    /// Where the authority of `scheme://authority` is, checked.
    private static func authority(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireError) -> Range<Int> {
        let rest = bytes.extracting(range)
        let scheme = rest.hasPrefix(ignoringCase: "http://") ? 7 : rest.hasPrefix(ignoringCase: "https://") ? 8 : 0
        guard scheme > 0 else {
            throw .malformed("the request target is neither a path from \"/\" nor an http URI (RFC 9112 section 3.2)")
        }
        let start = range.lowerBound + scheme
        var end = start
        while end < range.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end += 1 }
        guard end > start, HostField.isValid(bytes.extracting(start..<end)) else {
            throw .malformed("the authority of the request target is not a host with an optional port")
        }
        return start..<end
    }
}
