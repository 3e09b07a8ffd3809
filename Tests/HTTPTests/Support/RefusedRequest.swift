import Testing

/// Bytes that are refused, the status of the refusal and the rule behind it.
struct RefusedRequest: CustomTestStringConvertible, Sendable {
    let rule: String
    let bytes: String
    let status: Int

    var testDescription: String { "\(status) \(rule)" }

    init(_ rule: String, _ status: Int, _ bytes: String) {
        (self.rule, self.status, self.bytes) = (rule, status, bytes)
    }

    static let all = requestLines + fieldLines + hosts + framings + chunks

    static let requestLines = [
        RefusedRequest("9112-3: a bare LF ends the request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: two spaces before the target", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: two spaces before the version", 400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: a tab as separator", 400, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: a space behind the version", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: a space before the method", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: no version", 400, "GET /\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3: no target", 400, "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest(
            "9112-2.2: two empty lines before the request line",
            400,
            "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        RefusedRequest("9112-2.3: the version in lower case", 400, "GET / http/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-2.3: a version of one digit", 400, "GET / HTTP/1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9110-15.6.6: HTTP/2.0 in an HTTP/1.1 message", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        RefusedRequest("9110-15.6.6: HTTP/0.9 spelled out", 505, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
        RefusedRequest("9110-9: a method that is no token", 400, "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9110-9.1: an unknown method", 501, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9110-9.1: methods count with case", 501, "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9110-9.3.6: CONNECT is for proxies", 501, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2: a target that is no path", 400, "GET a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2: a fragment in the target", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2: a byte beyond ASCII in the target", 400, "GET /é HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2: a control character in the target", 400, "GET /\u{1}a HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2.2: absolute form of another scheme", 400, "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest(
            "9112-3.2.2: absolute form with user information",
            400,
            "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"
        ),
        RefusedRequest("9112-3.2.2: absolute form without a host", 400, "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2.4: * with a method other than OPTIONS", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        RefusedRequest("a TLS handshake on the plain port", 400, "\u{16}\u{3}\u{1}\u{2}\0\r\n\r\n"),
    ]

    static let fieldLines = [
        RefusedRequest("9112-5.1: a space before the colon", 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        RefusedRequest("9112-5.1: no colon", 400, "GET / HTTP/1.1\r\nHost: a\r\nfoo\r\n\r\n"),
        RefusedRequest("9112-5: an empty name", 400, "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        RefusedRequest("9110-5.1: a name that is no token", 400, "GET / HTTP/1.1\r\nHost: a\r\nfo(o: b\r\n\r\n"),
        RefusedRequest("9112-5.2: a folded line", 400, "GET / HTTP/1.1\r\nHost: a\r\nx: b\r\n c\r\n\r\n"),
        RefusedRequest("9112-5.2: a folded line with a tab", 400, "GET / HTTP/1.1\r\nHost: a\r\nx: b\r\n\tc\r\n\r\n"),
        RefusedRequest("9112-2.2: white space before the first field", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        RefusedRequest("9112-2.2: a bare LF ends a field", 400, "GET / HTTP/1.1\r\nHost: a\nx: b\r\n\r\n"),
        RefusedRequest("9112-2.2: a bare LF ends the head", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        RefusedRequest("9112-2.2: a bare CR in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nx: b\rc\r\n\r\n"),
        RefusedRequest("9110-5.5: NUL in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nx: b\0c\r\n\r\n"),
        RefusedRequest("9110-5.5: DEL in a value", 400, "GET / HTTP/1.1\r\nHost: a\r\nx: b\u{7F}c\r\n\r\n"),
        RefusedRequest(
            "9110-7.6.1: Connection that is no list of tokens",
            400,
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: a b\r\n\r\n"
        ),
        RefusedRequest(
            "9110-10.1.1: an unknown expectation",
            417,
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n"
        ),
    ]

    static let hosts = [
        RefusedRequest("9112-3.2: HTTP/1.1 without Host", 400, "GET / HTTP/1.1\r\n\r\n"),
        RefusedRequest("9112-3.2: two Host fields", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        RefusedRequest("9112-3.2: two Host fields in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        RefusedRequest("9112-3.2: a Host with a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        RefusedRequest("9112-3.2: a Host with user information", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        RefusedRequest("9112-3.2: a list of hosts", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        RefusedRequest("3986-3.2.3: a port that is no number", 400, "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n"),
        RefusedRequest("3986-3.2.3: a port beyond 65535", 400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
        RefusedRequest("3986-3.2.2: an IPv6 address that does not close", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    ]

    static let framings = [
        RefusedRequest("9112-6.3: both framings", 400, post("Content-Length: 4\r\nTransfer-Encoding: chunked")),
        RefusedRequest(
            "9112-6.3: both framings, the other way round",
            400,
            post("Transfer-Encoding: chunked\r\nContent-Length: 4")
        ),
        RefusedRequest(
            "9112-6.3: both framings, the length zero",
            400,
            post("Content-Length: 0\r\nTransfer-Encoding: chunked")
        ),
        RefusedRequest("9112-6.3: two lengths that differ", 400, post("Content-Length: 4\r\nContent-Length: 5")),
        RefusedRequest("9112-6.3: two lengths that agree", 400, post("Content-Length: 4\r\nContent-Length: 4")),
        RefusedRequest("9112-6.3: two lengths, the first zero", 400, post("Content-Length: 0\r\nContent-Length: 4")),
        RefusedRequest("9112-6.3: a list of lengths", 400, post("Content-Length: 4, 4")),
        RefusedRequest("9110-8.6: a length with a sign", 400, post("Content-Length: +4")),
        RefusedRequest("9110-8.6: a negative length", 400, post("Content-Length: -4")),
        RefusedRequest("9110-8.6: a hexadecimal length", 400, post("Content-Length: 0x4")),
        RefusedRequest("9110-8.6: a length with a fraction", 400, post("Content-Length: 4.0")),
        RefusedRequest("9110-8.6: an empty length", 400, post("Content-Length:")),
        RefusedRequest("9110-8.6: a length beyond 64 bits", 400, post("Content-Length: 18446744073709551617")),
        RefusedRequest("9110-8.6: a length with an inner space", 400, post("Content-Length: 1 2")),
        RefusedRequest(
            "9112-6.1: Transfer-Encoding in HTTP/1.0",
            400,
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
        RefusedRequest(
            "9112-6.1: two Transfer-Encoding fields",
            400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")
        ),
        RefusedRequest("9112-6.1: chunked twice", 400, post("Transfer-Encoding: chunked, chunked")),
        RefusedRequest("9112-6.3: chunked not last", 400, post("Transfer-Encoding: chunked, gzip")),
        RefusedRequest("9112-6.3: no chunked", 400, post("Transfer-Encoding: gzip")),
        RefusedRequest("9112-6.3: identity", 400, post("Transfer-Encoding: identity")),
        RefusedRequest("9112-6.1: a coding before chunked", 501, post("Transfer-Encoding: gzip, chunked")),
        RefusedRequest("9112-6.1: an empty Transfer-Encoding", 400, post("Transfer-Encoding:")),
        RefusedRequest("9112-6.1: a coding that only ends like chunked", 400, post("Transfer-Encoding: xchunked")),
        RefusedRequest("9110-5.5: a vertical tab before chunked", 400, post("Transfer-Encoding: \u{B}chunked")),
        RefusedRequest("9112-6.1: chunked in quotes", 400, post("Transfer-Encoding: \"chunked\"")),
    ]

    static let chunks = [
        RefusedRequest("9112-7.1: an empty chunk size", 400, chunked("\r\nabc\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: a chunk size that is no number", 400, chunked("g\r\n")),
        RefusedRequest("9112-7.1: a chunk size with a sign", 400, chunked("-1\r\n")),
        RefusedRequest("9112-7.1: a chunk size with 0x", 400, chunked("0x1\r\na\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: a chunk size beyond 15 digits", 400, chunked("0000000000000001\r\na\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: a chunk size of 64 bits", 400, chunked("ffffffffffffffff\r\n")),
        RefusedRequest("9112-7.1: a space before the chunk size", 400, chunked(" 3\r\nabc\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: a space behind the chunk size", 400, chunked("3 \r\nabc\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: a bare LF behind the chunk size", 400, chunked("3\nabc\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: data longer than its size", 400, chunked("3\r\nabcd\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1: a bare LF behind the data", 400, chunked("3\r\nabc\n0\r\n\r\n")),
        RefusedRequest("9112-7.1.1: a bare LF in an extension", 400, chunked("3;a\nb\r\nabc\r\n0\r\n\r\n")),
        RefusedRequest("9112-7.1.1: a bare CR in an extension", 400, chunked("3;a\rb\r\nabc\r\n0\r\n\r\n")),
        RefusedRequest(
            "9112-7.1.1: an extension without end",
            400,
            chunked("3;" + String(repeating: "a", count: 1_100))
        ),
        RefusedRequest("9112-7.1.2: a trailer that is no field", 400, chunked("0\r\nabc\r\n\r\n")),
        RefusedRequest("9112-7.1.2: a bare LF in the trailer", 400, chunked("0\r\na: b\n\r\n")),
        RefusedRequest("9112-5.2: a folded trailer", 400, chunked("0\r\na: b\r\n c\r\n\r\n")),
        RefusedRequest(
            "a trailer longer than a head may be",
            431,
            chunked("0\r\n" + String(repeating: "a: b\r\n", count: 3_000))
        ),
        RefusedRequest(
            "more trailer fields than a head may have",
            431,
            chunked("0\r\n" + String(repeating: "a: b\r\n", count: 101))
        ),
    ]

    private static func post(_ fields: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\nabcd"
    }

    private static func chunked(_ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
    }
}
