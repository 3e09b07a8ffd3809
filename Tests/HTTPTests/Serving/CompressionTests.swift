import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CompressionTests {
    private static let text = String(repeating: "a line of text\n", count: 1_000)

    private static func routes(_ router: inout Router) {
        router.get("/text") { _ in Response(.ok, text: text) }
        router.get("/short") { _ in Response(.ok, text: "short") }
        router.get("/binary") { _ in
            Response(.ok, bytes: Array(text.utf8), contentType: "application/octet-stream")
        }
        router.get("/tagged") { _ in Response(.ok, text: text) }
    }

    private func post(_ path: String, _ body: [UInt8], coding: String, to client: RawClient) async throws -> RawResponse
    {
        try await client.send(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n"
        )
        try await client.send(body)
        return try await client.response()
    }

    @Test(arguments: ["/echo", "/collect"], CodingTests.samples)
    func `a compressed body arrives decoded`(path: String, sample: (ContentCoding, String)) async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            let body = CodingTests.bytes(sample.1)
            #expect(try await post(path, body, coding: sample.0.rawValue, to: client).text == "hello hello hello")
        }
    }

    @Test(arguments: ["/echo", "/collect", "/count"])
    func `a compressed body that is malformed is a 400, and one that is too long a 413`(path: String) async throws {
        try await withServer({ $0.limits.bodyBytes = 100_000 }) { port, _ in
            let client = try RawClient(port: port)
            #expect(try await post(path, [1, 2, 3], coding: "gzip", to: client).status == 400)
            let bomb = Gzip.compress([UInt8](repeating: 0, count: 200_000))
            #expect(try await post(path, bomb, coding: "x-gzip", to: client).status == 413)
        }
    }

    @Test func `a bomb is a 413 however large bodies may be`() async throws {
        try await withServer({ $0.limits.bodyBytes = 1 << 40 }) { port, _ in
            let client = try RawClient(port: port)
            let bomb = Gzip.compress([UInt8](repeating: 0, count: 8 << 20))
            #expect(try await post("/count", bomb, coding: "gzip", to: client).status == 413)
        }
    }

    @Test func `an unknown coding is a 415 that says which are known`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            let response = try await post("/collect", [1], coding: "br", to: client)
            #expect(response.status == 415)
            #expect(response["Accept-Encoding"] == "gzip, deflate")
        }
    }

    @Test func `text is compressed for a client that accepts it and for no other`() async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)

            let compressed = try await client.get("/text", fields: "Accept-Encoding: gzip, br\r\n")
            #expect(compressed["Content-Encoding"] == "gzip")
            #expect(compressed["Vary"] == "Accept-Encoding")
            #expect(compressed.body.count < 1_000)
            let inflater = Inflater(.gzip, limit: .max, ratio: 2_000)
            inflater.feed(compressed.body)
            #expect(try inflater.next() == Array(Self.text.utf8))

            let plain = try await client.get("/text", fields: "Accept-Encoding: gzip;q=0\r\n")
            #expect(plain["Content-Encoding"] == nil)
            #expect(plain["Vary"] == "Accept-Encoding")
            #expect(plain.text == Self.text)
        }
    }

    @Test(arguments: ["/short", "/binary"])
    func `what gains nothing is sent as it is`(path: String) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            #expect(try await client.get(path, fields: "Accept-Encoding: gzip\r\n")["Content-Encoding"] == nil)
        }
    }
}
