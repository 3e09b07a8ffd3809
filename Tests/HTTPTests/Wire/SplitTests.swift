import HTTP
import Testing

/// However the network cuts the bytes, the parser says the same.
struct SplitTests {
    static let streams =
        RefusedRequest.all.map(\.bytes).filter { $0.utf8.count < 500 } + [
            "\r\nGET /a HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789GET / HTTP/1.1\r\nHost: b\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;a=b\r\nabcde\r\n1F\r\n0123456789012345678901234567890\r\n0\r\nA: b\r\nC: d\r\n\r\n"
                + "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        ]

    @Test(arguments: streams)
    func `a stream split in two anywhere gives the same events`(text: String) {
        let bytes = Array(text.utf8)
        let whole = ParserRun([bytes])

        for cut in 0...bytes.count {
            #expect(ParserRun([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: streams)
    func `a stream that comes byte by byte gives the same events`(text: String) {
        let bytes = Array(text.utf8)

        #expect(ParserRun(bytes.map { [$0] }) == ParserRun([bytes]))
    }

    @Test(arguments: 1...40)
    func `limits hold at the same byte however the stream is split`(headBytes: Int) {
        let bytes = Array("GET /abcdefgh HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n".utf8)
        let limits = WireLimits(headBytes: headBytes, fieldCount: 1, targetBytes: 8)
        let whole = ParserRun([bytes], limits: limits)

        #expect(whole.error != nil)
        #expect(ParserRun(bytes.map { [$0] }, limits: limits) == whole)
        for cut in 0...bytes.count {
            let run = ParserRun([Array(bytes[..<cut]), Array(bytes[cut...])], limits: limits)
            #expect(run == whole, "cut at \(cut)")
        }
    }
}
