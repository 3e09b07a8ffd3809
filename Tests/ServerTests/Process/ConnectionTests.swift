import Foundation
import Testing

/// What only a raw socket can send.
@Suite(.sharedServer) struct ConnectionTests {
    @Test func `pipelined requests are answered in order on one connection`() throws {
        let socket = try RawSocket(port: TestServer.shared().port)

        try socket.send(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /models/none HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )

        let statuses = try socket.read().components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["200", "404", "200"])
    }

    @Test func `bytes that aren't HTTP are a 400 and the end of the connection`() throws {
        let socket = try RawSocket(port: TestServer.shared().port)

        try socket.send("\u{16}\u{03}\u{01} what is this\r\n\r\n")

        #expect(try socket.read().hasPrefix("HTTP/1.1 400 "))
        #expect(try TestServer.shared().get("/health/live").status == 200)
    }

    @Test func `a chunked body is a body`() throws {
        let socket = try RawSocket(port: TestServer.shared().port)
        let definition = Samples.line.replacingOccurrences(of: "line", with: "chunked")
        let (first, second) = (definition.prefix(20), definition.dropFirst(20))

        try socket.send(
            "POST /models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: close\r\n\r\n\(String(first.utf8.count, radix: 16))\r\n\(first)\r\n"
                + "\(String(second.utf8.count, radix: 16))\r\n\(second)\r\n0\r\n\r\n"
        )

        #expect(try socket.read().hasPrefix("HTTP/1.1 201 "))
    }

    @Test func `unknown paths are 404, other methods 405 with what is allowed, and GET answers HEAD`() throws {
        let server = try TestServer.shared()
        #expect(try server.get("/v9/health/live").status == 404)
        let refused = try server.curl("PATCH", "/train")
        #expect(refused.status == 405)
        #expect(refused.fields["allow"]?.contains("POST") == true)
        let socket = try RawSocket(port: server.port)
        try socket.send("HEAD /datasets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let head = try socket.read()
        #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("\r\n\r\n"))
        #expect(try head.contains("Content-Length: \(server.get("/datasets").body.count)\r\n"))
    }
}
