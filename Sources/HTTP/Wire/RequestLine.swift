import HTTPTypes

/// `method SP request-target SP HTTP-version`, each separated by exactly one space (RFC 9112 §3).
struct RequestLine: Sendable {
    /// A method longer than this is none that any server implements.
    static let longestMethod = 24

    let method: HTTPRequest.Method
    let target: RequestTarget
    let isVersion10: Bool

    /// Reads the line in `bytes[range]`, its line ending left out.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, limits: WireLimits) throws(WireError) {
        var index = range.lowerBound
        while index < range.upperBound, Grammar.isToken(bytes[index]) { index += 1 }
        let methodRange = range.lowerBound..<index
        guard !methodRange.isEmpty, index < range.upperBound, bytes[index] == Grammar.space else {
            throw .malformed("the request line does not start with a method and one space")
        }
        guard methodRange.count <= Self.longestMethod else {
            throw WireError(.notImplemented, "the method is longer than \(Self.longestMethod) bytes")
        }
        index += 1
        let targetStart = index
        while index < range.upperBound, Grammar.isTarget(bytes[index]) { index += 1 }
        let targetRange = targetStart..<index
        guard targetRange.count <= limits.targetBytes else { throw Self.targetTooLong(limits) }
        guard !targetRange.isEmpty, index < range.upperBound, bytes[index] == Grammar.space else {
            throw .malformed(
                "the request target is empty, has a byte that a URI cannot have, or lacks the HTTP version"
            )
        }
        isVersion10 = try Self.version10(bytes.extracting(index + 1..<range.upperBound))
        let methodBytes = bytes.extracting(methodRange)
        method = try Self.method(methodBytes)
        target = try RequestTarget(bytes, targetRange, method: methodBytes)
    }

    static func targetTooLong(_ limits: WireLimits) -> WireError {
        WireError(.uriTooLong, "the request target is longer than \(limits.targetBytes) bytes")
    }

    /// Whether the version is 1.0; a later minor version speaks 1.1 with us (RFC 9110 §6.2).
    private static func version10(_ version: Span<UInt8>) throws(WireError) -> Bool {
        guard version.count == 8, version.extracting(0..<5).equals("HTTP/"), version[6] == UInt8(ascii: "."),
            Grammar.isDigit(version[5]), Grammar.isDigit(version[7])
        else { throw .malformed("the request line does not end with one space and HTTP/1.1 or HTTP/1.0") }
        guard version[5] == UInt8(ascii: "1") else {
            throw WireError(
                .httpVersionNotSupported,
                "HTTP/\(version[5] - 0x30).\(version[7] - 0x30) is not spoken here; use HTTP/1.1"
            )
        }
        return version[7] == UInt8(ascii: "0")
    }

    /// The method, one of those that could have a resource here (RFC 9110 §9): a 405 with `Allow` where a path has it not.
    ///
    /// QUERY, which OpenAPI 3.2 knows, is from draft-ietf-httpbis-safe-method-w-body. Any other is a 501.
    private static func method(_ bytes: Span<UInt8>) throws(WireError) -> HTTPRequest.Method {
        if bytes.equals("GET") { return .get }
        if bytes.equals("POST") { return .post }
        if bytes.equals("PUT") { return .put }
        if bytes.equals("HEAD") { return .head }
        if bytes.equals("DELETE") { return .delete }
        if bytes.equals("PATCH") { return .patch }
        if bytes.equals("OPTIONS") { return .options }
        if bytes.equals("TRACE") { return .trace }
        if bytes.equals("QUERY"), let query = HTTPRequest.Method("QUERY") { return query }
        throw WireError(.notImplemented, "the method \(bytes.text) is not implemented")
    }
}
