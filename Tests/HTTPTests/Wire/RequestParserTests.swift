import HTTP
import HTTPTypes
import Testing

struct RequestParserTests {
    @Test(arguments: RefusedRequest.all)
    func `a malformed request is refused`(row: RefusedRequest) throws {
        let run = ParserRun(row.bytes)

        let error = try #require(run.error)
        #expect(error.status.code == row.status, "\(error.detail)")
        #expect(run.messages.allSatisfy { !$0.isWhole })
    }

    @Test func `a request without a body ends with its head`() throws {
        let run = ParserRun("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nX-A:  1 \t\r\n\r\n")

        #expect(run.error == nil)
        let message = try #require(run.messages.first)
        #expect(message.method == "GET")
        #expect(message.target == "/a?b=c")
        #expect(message.fields == ["Host: example.com", "X-A: 1"])
        #expect(message.keepsAlive)
        #expect(message.isWhole)
    }

    @Test func `pipelined requests come one after the other`() {
        let one = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        let two = "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n"
        let run = ParserRun(one + two + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")

        #expect(run.error == nil)
        #expect(run.messages.map(\.target) == ["/1", "/2", "/3"])
        #expect(run.messages.map(\.body) == [Array("abc".utf8), Array("de".utf8), []])
        #expect(run.messages.map(\.isWhole) == [true, true, true])
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: a, CLOSE\r\n", false),
        ("1.1", "Connection: keep-alive\r\n", true), ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
        ("1.7", "", true),
    ])
    func `a connection persists as its version and its options say`(
        version: String,
        field: String,
        persists: Bool
    ) throws {
        let message = try #require(ParserRun("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n").messages.first)

        #expect(message.keepsAlive == persists)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n", true),
        ("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", false),
    ])
    func `100-continue counts where a body follows in HTTP 1_1`(text: String, expects: Bool) throws {
        let message = try #require(ParserRun(text).messages.first)

        #expect(message.expectsContinue == expects)
    }

    @Test(arguments: [
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a:80/b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET HTTPS://a?b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a?b={\"c\":[1,2]}&d=|^` HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: é\r\nY:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00A \t;a=\"b\";c\r\n0123456789\r\n000\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 000\r\n\r\n",
    ])
    func `an unusual request that the grammar allows is taken`(text: String) {
        let run = ParserRun(text)

        #expect(run.error == nil)
        #expect(run.messages.map(\.isWhole) == [true])
    }

    @Test func `a target of the longest size is taken and one byte more is a 414`() {
        let limits = WireLimits(targetBytes: 20)
        let run = { (count: Int) in
            ParserRun("GET /\(String(repeating: "a", count: count)) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits)
        }

        #expect(run(19).error == nil)
        #expect(run(20).error?.status == .uriTooLong)
    }

    @Test func `a head of the largest size is taken and one byte more is a 431`() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefgh\r\n\r\n"

        #expect(ParserRun(head, limits: WireLimits(headBytes: head.utf8.count)).error == nil)
        let refused = ParserRun(head, limits: WireLimits(headBytes: head.utf8.count - 1))
        #expect(refused.error?.status == .requestHeaderFieldsTooLarge)
    }

    @Test func `a request line without end is a 414 and a field without end a 431`() {
        let long = String(repeating: "a", count: 20_000)

        #expect(ParserRun("GET /" + long).error?.status == .uriTooLong)
        #expect(ParserRun("GET / HTTP/1.1\r\nX: " + long).error?.status == .requestHeaderFieldsTooLarge)
    }

    @Test func `one field more than allowed is a 431`() {
        let fields = "Host: a\r\nA: 1\r\nB: 2\r\n"

        #expect(ParserRun("GET / HTTP/1.1\r\n\(fields)\r\n", limits: WireLimits(fieldCount: 3)).error == nil)
        let refused = ParserRun("GET / HTTP/1.1\r\n\(fields)\r\n", limits: WireLimits(fieldCount: 2))
        #expect(refused.error?.status == .requestHeaderFieldsTooLarge)
    }
}
