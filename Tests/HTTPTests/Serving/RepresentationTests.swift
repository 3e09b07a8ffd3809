import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RepresentationTests {
    private static let content = Array("0123456789".utf8)

    private static func routes(_ router: inout Router) {
        router.get("/weights") { request in
            .representation(
                for: request,
                contentType: "application/octet-stream",
                length: content.count,
                tag: EntityTag("v1")
            ) { range, writer in
                try await writer.write(Array(content[range]))
            }
        }
        router.put("/weights") { request in
            try request.checkPreconditions(of: EntityTag("v1"))
            return Response(.noContent)
        }
        router.put("/new") { request in
            try request.checkPreconditions(of: nil)
            return Response(.created)
        }
    }

    @Test(arguments: [
        ("", 200, "0123456789"),
        ("Range: bytes=2-4\r\n", 206, "234"),
        ("Range: bytes=-2\r\n", 206, "89"),
        ("Range: bytes=2-4\r\nIf-Range: \"v1\"\r\n", 206, "234"),
        ("Range: bytes=2-4\r\nIf-Range: \"v2\"\r\n", 200, "0123456789"),
        ("Range: bytes=2-4\r\nIf-Range: W/\"v1\"\r\n", 200, "0123456789"),
        ("Range: bytes=2-4\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 200, "0123456789"),
        ("If-None-Match: \"v2\", W/\"v3\"\r\n", 200, "0123456789"),
        ("If-Match: \"v0\", \"v1\"\r\n", 200, "0123456789"),
        ("If-Match: *\r\n", 200, "0123456789"),
    ])
    func `a representation is sent whole or in part`(fields: String, status: Int, body: String) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            let response = try await client.get("/weights", fields: fields)
            #expect(response.status == status)
            #expect(response.text == body)
            #expect(response["Content-Length"] == "\(body.count)")
            #expect(response["ETag"] == "\"v1\"")
            #expect(response["Accept-Ranges"] == "bytes")
            #expect((response["Content-Range"] != nil) == (status == 206))
        }
    }

    @Test(arguments: [
        ("If-None-Match: \"v1\"\r\n", 304), ("If-None-Match: \"v0\", W/\"v1\"\r\n", 304), ("If-None-Match: *\r\n", 304),
        ("If-None-Match: \"v1\"\r\nRange: bytes=0-1\r\n", 304), ("If-Match: \"v2\"\r\n", 412),
        ("If-Match: W/\"v1\"\r\n", 412), ("Range: bytes=10-\r\n", 416),
    ])
    func `a condition or a range that fails sends nothing of it`(fields: String, status: Int) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            let response = try await client.get("/weights", fields: fields)
            #expect(response.status == status)
            #expect(!response.text.contains("0123"))
            if status == 416 { #expect(response["Content-Range"] == "bytes */10") }
            #expect(try await client.get("/hello").text == "hello")
        }
    }

    @Test(arguments: [
        ("/weights", "", 204), ("/weights", "If-Match: \"v1\"\r\n", 204), ("/weights", "If-Match: \"v0\"\r\n", 412),
        ("/weights", "If-None-Match: *\r\n", 412), ("/new", "If-None-Match: *\r\n", 201),
        ("/new", "If-Match: *\r\n", 412),
    ])
    func `a change is made where its conditions hold`(path: String, fields: String, status: Int) async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("PUT \(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: 1\r\n\r\nx")
            #expect(try await client.response().status == status)
        }
    }

    @Test func `HEAD of a representation has its length and no range`() async throws {
        try await withServer(routes: Self.routes) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("HEAD /weights HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\n\r\n")
            let response = try await client.response(hasBody: false)
            #expect(response.status == 200)
            #expect(response["Content-Length"] == "10")
            #expect(try await client.get("/hello").text == "hello")
        }
    }
}
