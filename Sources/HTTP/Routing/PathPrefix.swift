import HTTPTypes

/// The path under which a proxy offers the server to its clients, such as `/yard`; empty where there is none.
///
/// It stands before every path that goes into an answer, and may stand before the path of a request.
struct PathPrefix: Sendable, Equatable {
    /// No prefix.
    static let none = PathPrefix()

    /// The prefix as it stands before a path.
    let text: String

    /// Its segments, decoded.
    let segments: [String]

    /// A prefix longer than this serves nobody, and would go into every answer.
    static let longestBytes = 256

    private init() {
        text = ""
        segments = []
    }

    /// Takes a prefix that is safe to repeat in an answer: segments of a URI's path (RFC 3986 §3.3), each behind a `/`, of
    /// which none is empty, `.` or `..`; nil for all else.
    ///
    /// An empty segment in front would make a path into the name of another host, and a comma a list of prefixes.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (2...Self.longestBytes).contains(bytes.count), bytes[0] == UInt8(ascii: "/"),
            bytes.allSatisfy(Self.isPathByte), let path = PathSegments(bytes[...])
        else { return nil }
        // Dots are gone from the segments that are decoded, and so count among those that are not.
        let written = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).count - 1
        guard path.segments.count == written, path.segments.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.text = text
        segments = path.segments
    }

    /// The segments of a path without the prefix; nil where it does not stand before them.
    func stripped(from path: [String]) -> [String]? {
        guard !segments.isEmpty, path.starts(with: segments) else { return nil }
        // The prefix alone is the root.
        return path.count == segments.count ? [""] : Array(path.dropFirst(segments.count))
    }

    /// `pchar` and `/`, without the comma.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "@")
            || Grammar.isRegisteredName(byte) && byte != UInt8(ascii: ",")
    }
}

extension PathPrefix {
    /// Puts the prefix before the path of a Location; a URI with a host of its own stays as it is.
    func apply(to response: inout Response) {
        guard !text.isEmpty, let location = response.fields[.location], location.hasPrefix("/"),
            !location.hasPrefix("//")
        else { return }
        response.fields[.location] = text + location
    }
}
