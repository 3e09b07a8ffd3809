import Foundation
import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
    @Test func `requests on one connection are answered one after the other`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            for path in ["/hello", "/async/1", "/hello", "/async/2"] {
                let response = try await client.get(path)
                #expect(response.status == 200)
                #expect(response["Connection"] == nil)
                #expect(response["Date"] != nil)
            }
        }
    }

    @Test func `pipelined requests are answered in order, whatever each handler takes`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            let paths = (0..<50).map { $0.isMultiple(of: 2) ? "/async/\($0)" : "/hello?\($0)" }

            try await client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())

            for (number, _) in paths.enumerated() {
                let expected = number.isMultiple(of: 2) ? "\(number)" : "hello"
                #expect(try await client.response().text == expected)
            }
        }
    }

    @Test(arguments: ["/echo", "/collect"])
    func `a body comes through by length and in chunks, before and after its handler starts`(path: String) async throws
    {
        try await withServer { port, _ in
            let client = try RawClient(port: port)
            let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\n"

            try await client.send(head + "Content-Length: 5\r\n\r\nabcde")
            #expect(try await client.response().text == "abcde")

            try await client.send(head + "Content-Length: 5\r\n\r\nab")
            try await client.send("cde")
            #expect(try await client.response().text == "abcde")

            try await client.send(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
            try await client.send("3;x\r\ncde\r\n0\r\nA: b\r\n\r\n")
            #expect(try await client.response().text == "abcde")

            let large = String(repeating: "0123456789", count: 50_000)
            try await client.send(head + "Content-Length: 500000\r\n\r\n" + large)
            #expect(try await client.response().text == large)
        }
    }

    @Test func `a short body reaches its handler in one piece however it is sent`() async throws {
        try await withServer(routes: { $0.post("/pieces") { try await Self.countPieces(of: $0) } }) { port, _ in
            let client = try RawClient(port: port)

            try await client.send("POST /pieces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\n")
            for piece in ["ab", "cd", "ef"] { try await client.send(piece) }

            #expect(try await client.response().text == "1")
        }
    }

    @Test func `a long body reaches its handler while it still comes`() async throws {
        let begun = Signal()
        let routes: @Sendable (inout Router) -> Void = { router in
            router.post("/pieces") { request in
                begun.fire()
                return try await Self.countPieces(of: request)
            }
        }
        try await withServer(routes: routes) { port, _ in
            let client = try RawClient(port: port)

            try await client.send("POST /pieces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\nab")
            await begun.wait()
            try await client.send(String(repeating: "c", count: 65_535))

            #expect(try #require(Int(try await client.response().text)) > 1)
        }
    }

    private static func countPieces(of request: Request) async throws -> Response {
        var count = 0
        for try await _ in request.body { count += 1 }
        return Response(.ok, text: "\(count)")
    }

    @Test func `a stream without a length is chunked, and closes the connection in HTTP 1_0`() async throws {
        try await withServer(routes: { router in
            router.get("/stream") { _ in
                .stream(.ok, contentType: "text/plain") { writer in
                    for number in 0..<3 { try await writer.write("\(number);") }
                }
            }
        }) { port, _ in
            let client = try RawClient(port: port)
            let chunked = try await client.get("/stream")
            #expect(chunked["Transfer-Encoding"] == "chunked")
            #expect(chunked.text == "0;1;2;")
            #expect(try await client.get("/hello").text == "hello")

            let old = try RawClient(port: port)
            try await old.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let plain = try await old.response()
            #expect(plain["Transfer-Encoding"] == nil)
            #expect(plain["Connection"] == "close")
            #expect(plain.text == "0;1;2;")
        }
    }

    @Test func `a stream of a known length has it in its head, and one that misses it breaks the connection`()
        async throws
    {
        try await withServer(routes: { router in
            router.get("/right") { _ in
                .stream(.ok, contentType: "text/plain", length: 200_000) { writer in
                    try await writer.write([UInt8](repeating: 65, count: 200_000))
                }
            }
            router.get("/short") { _ in
                .stream(.ok, contentType: "text/plain", length: 9) { try await $0.write("abc") }
            }
        }) { port, _ in
            let client = try RawClient(port: port)
            let right = try await client.get("/right")
            #expect(right["Content-Length"] == "200000")
            #expect(right.body.count == 200_000)

            try await client.send("GET /short HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = try await client.read(through: "\r\n\r\n")
            #expect(head.contains("Content-Length: 9"))
            #expect(try await client.readToEnd().utf8.count < 9)
        }
    }

    @Test func `HEAD has the fields of GET and no body`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            try await client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let response = try await client.response(hasBody: false)

            #expect(response.status == 200)
            #expect(response["Content-Length"] == "5")
            #expect(try await client.get("/hello").text == "hello")
        }
    }

    @Test func `a body that waits for 100 Continue is asked for when it is wanted`() async throws {
        try await withServer { port, _ in
            for path in ["/echo", "/collect"] {
                let client = try RawClient(port: port)
                try await client.send(
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
                )
                #expect(try await client.response().status == 100)
                try await client.send("abc")
                #expect(try await client.response().text == "abc")
                #expect(try await client.get("/hello").text == "hello")
            }
        }
    }

    @Test func `a body that waits for 100 Continue is refused without it`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            try await client.send(
                "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            let response = try await client.response()

            #expect(response.status == 404)
            #expect(response["Connection"] == "close")
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func `an unknown path is a 404 and a known one under another method a 405 with Allow`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            let missing = try await client.get("/nowhere")
            #expect(missing.status == 404)
            #expect(missing["Content-Type"] == "application/problem+json")

            try await client.send("DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let refused = try await client.response()
            #expect(refused.status == 405)
            #expect(refused["Allow"] == "GET, HEAD, OPTIONS")

            try await client.send("OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let options = try await client.response()
            #expect(options.status == 204)
            #expect(options["Allow"] == "POST, OPTIONS")
            #expect(options["Content-Length"] == nil)

            try await client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.response().status == 204)
        }
    }

    @Test func `bytes that are no request get a problem and a closed connection`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            try await client.send("GET / HTTP/1.1\r\n\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let response = try await client.response()

            #expect(response.status == 400)
            #expect(response["Connection"] == "close")
            #expect(response.text.contains("\"status\":400"))
            #expect(response.text.contains("Host"))
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func `an error that nobody maps is a 500 that shows its id and nothing else`() async throws {
        struct Secret: Error {}
        try await withServer(routes: { router in
            router.get("/fails") { _ in throw Secret() }
            router.get("/problem", sync: { _ in throw Problem(.conflict, detail: "taken") })
        }) { port, _ in
            let client = try RawClient(port: port)

            let failure = try await client.get("/fails", fields: "X-Request-ID: abc-1\r\n")
            #expect(failure.status == 500)
            #expect(failure["X-Request-ID"] == "abc-1")
            #expect(failure.text.contains("\"request_id\":\"abc-1\""))
            #expect(!failure.text.contains("Secret"))

            let problem = try await client.get("/problem")
            #expect(problem.status == 409)
            #expect(problem.text.contains("taken"))
        }
    }

    @Test func `every response has an id, and a client's unsound one is replaced`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            let first = try #require(try await client.get("/hello")["X-Request-ID"])
            let second = try #require(try await client.get("/hello")["X-Request-ID"])
            let unsound = try #require(try await client.get("/hello", fields: "X-Request-ID: a b\r\n")["X-Request-ID"])

            #expect(Set([first, second, unsound, "a b"]).count == 4)
        }
    }
}
