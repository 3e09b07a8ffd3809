/// The segments of a request's path, percent-decoded, dot segments resolved (RFC 3986 §5.2.4 and §6.2.2).
///
/// A path is split before it is decoded, so an encoded `/` stays inside its segment. `/` alone is one empty segment.
struct PathSegments: Sendable, Equatable {
    private(set) var segments: [String] = []

    /// Nil where an escape is malformed or stands for bytes that are not UTF-8 text.
    init?(_ path: ArraySlice<UInt8>) {
        guard !path.isEmpty else {
            segments = [""]
            return
        }
        var endsInDots = false
        var start = path.startIndex + 1
        for index in start...path.endIndex where index == path.endIndex || path[index] == UInt8(ascii: "/") {
            guard let segment = PercentEncoding.decode(path[start..<index]) else { return nil }
            start = index + 1
            endsInDots = segment == "." || segment == ".."
            if segment == ".." {
                _ = segments.popLast()
            } else if segment != "." {
                segments.append(segment)
            }
        }
        if endsInDots { segments.append("") }
    }
}
