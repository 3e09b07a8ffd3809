import HTTP
import HTTPTypes
import JSON
import Testing

struct ValueTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func `a date is written as RFC 9110 has it`(seconds: Int, text: String) {
        // Expected values from `date -u -R -d @SECONDS`.
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }

    @Test func `a query is read as form data`() throws {
        let query = try #require(Query(parsing: "a=1&b=x+y%20z&a=2&&c&%C3%A9=%26=&=e"))

        #expect(query.items.map(\.name) == ["a", "b", "a", "c", "é", ""])
        #expect(query.items.map(\.value) == ["1", "x y z", "2", "", "&=", "e"])
        #expect(query["a"] == "1")
        #expect(query.all("a") == ["1", "2"])
        #expect(query["d"] == nil)
    }

    @Test func `a query value of the wrong kind is a 400 that names it`() throws {
        let query = try #require(Query(parsing: "limit=ten"))

        let error = try #require(throws: Problem.self) { _ = try query.value("limit", as: Int.self) }

        #expect(error.status == .badRequest)
        #expect(error.detail == "query parameter \"limit\": expected an integer, found \"ten\"")
    }

    @Test(arguments: ["a=1&b=2", "a=1&a=2"])
    func `a query with an unknown or repeated name is a 400`(text: String) throws {
        let query = try #require(Query(parsing: text))

        #expect(throws: Problem.self) { try query.check(known: ["a", "limit"]) }
        #expect(throws: Problem.self) { _ = try query.require("limit") }
    }

    @Test(arguments: [
        ("application/json", "application/json", nil),
        ("Text/HTML ; Charset=utf-8", "text/html", "utf-8"),
        ("multipart/form-data; boundary=x; charset=\"a;\\\"b\"", "multipart/form-data", "a;\"b"),
        ("a/b; charset", "a/b", ""),
    ])
    func `a media type has an essence and parameters`(value: String, essence: String, charset: String?) {
        #expect(MediaType.essence(of: value) == essence)
        #expect(MediaType.parameter("charset", of: value) == charset)
    }

    @Test func `a problem is JSON with its faults and members`() throws {
        let problem = Problem(
            .unprocessableContent,
            detail: "bad \"x\"",
            errors: [Fault(pointer: "/layers/0", detail: "unknown")],
            members: ["id": "7"]
        )
        let head = ResponseSerializer.Context(
            date: [],
            requestID: "r",
            closes: false,
            isVersion10: false,
            isHead: false
        )
        var bytes: [UInt8] = []

        let framing = ResponseSerializer.append(problem.response, head, to: &bytes)

        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 422 Unprocessable Content\r\n"))
        #expect(text.contains("Content-Type: application/problem+json\r\n"))
        guard case .bytes(let body) = problem.response.body else {
            Issue.record("a problem's body is not bytes")
            return
        }
        #expect(framing == .length(body.count))
        let document = try JSONDocument(parsing: body)
        #expect(try document.root["status"]?.int() == 422)
        #expect(try document.root["errors"]?[0]?["pointer"]?.string() == "/layers/0")
        #expect(try document.root["id"]?.string() == "7")
    }

    @Test func `a handler cannot write the fields that are the connection's`() {
        let response = Response(
            .ok,
            text: "a",
            fields: [.contentLength: "99", .transferEncoding: "chunked", .connection: "upgrade"]
        )
        let context = ResponseSerializer.Context(
            date: [],
            requestID: "r",
            closes: true,
            isVersion10: false,
            isHead: false
        )
        var bytes: [UInt8] = []

        _ = ResponseSerializer.append(response, context, to: &bytes)

        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("Content-Length: 1\r\n"))
        #expect(!text.contains("99"))
        #expect(!text.contains("chunked"))
        #expect(text.contains("Connection: close\r\n"))
    }
}
