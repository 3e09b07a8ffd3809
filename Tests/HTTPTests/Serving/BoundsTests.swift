import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct BoundsTests {
    @Test func `a declared body beyond the limit is a 413 before it is read`() async throws {
        try await withServer({ $0.limits.bodyBytes = 10 }) { port, _ in
            for path in ["/echo", "/count"] {
                let client = try RawClient(port: port)
                try await client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10737418240\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 413)
                #expect(response.text.contains("10 bytes"))
                #expect(response["Connection"] == "close")
            }
        }
    }

    @Test func `a chunked body is a 413 where it passes the limit`() async throws {
        try await withServer({ $0.limits.bodyBytes = 10 }) { port, _ in
            for path in ["/echo", "/collect", "/count"] {
                let client = try RawClient(port: port)
                try await client.send(
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n"
                )
                try await client.send("8\r\n12345678\r\n")
                #expect(try await client.response().status == 413)
            }
        }
    }

    @Test func `a route's own limit replaces the server's`() async throws {
        try await withServer(
            { $0.limits.bodyBytes = 10 },
            routes: { router in
                router.put("/large", bodyLimit: 100) { request in
                    Response(.ok, text: "\(try await request.body.collect().count)")
                }
            }
        ) { port, _ in
            let client = try RawClient(port: port)
            try await client.send(
                "PUT /large HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n12345678901234567890"
            )
            #expect(try await client.response().text == "20")
        }
    }

    @Test func `a head that does not end in time is a 408`() async throws {
        try await withServer({ $0.timeouts.head = .milliseconds(50) }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("GET /hello HTTP/1.1\r\nHost")
            let response = try await client.response()
            #expect(response.status == 408)
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test(arguments: ["/echo", "/collect"])
    func `a body that stops coming is a 408`(path: String) async throws {
        try await withServer({ $0.timeouts.body = .milliseconds(50) }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc")
            #expect(try await client.response().status == 408)
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func `an idle connection is closed, before its first request and after one`() async throws {
        try await withServer({ $0.timeouts.idle = .milliseconds(50) }) { port, _ in
            let silent = try RawClient(port: port)
            #expect(try await silent.readToEnd() == "")

            let client = try RawClient(port: port)
            #expect(try await client.get("/hello").text == "hello")
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func `a client that does not read loses its connection and its handler is told`() async throws {
        let cancelled = Signal()
        try await withServer(
            { $0.timeouts.write = .milliseconds(100) },
            routes: { router in
                router.get("/endless") { _ in
                    .stream(.ok, contentType: "text/plain") { writer in
                        defer { cancelled.fire() }
                        while true { try await writer.write([UInt8](repeating: 65, count: 65_536)) }
                    }
                }
            }
        ) { port, _ in
            let client = try RawClient(port: port)
            client.shrinkReceiveBuffer()
            try await client.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")

            await cancelled.wait()
        }
    }

    @Test func `one connection more than allowed gets a 503, and a place that falls free is used`() async throws {
        let closed = Signal()
        try await withServer({ $0.limits.connections = 1 }, observer: ClosingObserver(after: 2, closed)) { port, _ in
            let first = try RawClient(port: port)
            #expect(try await first.get("/hello").text == "hello")

            let second = try RawClient(port: port)
            let refused = try await second.response()
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] == "1")
            #expect(try await second.readToEnd() == "")
            second.endOutput()
            first.endOutput()
            #expect(try await first.readToEnd() == "")
            await closed.wait()

            let third = try RawClient(port: port)
            #expect(try await third.get("/hello").text == "hello")
        }
    }

    @Test func `one request in flight more than allowed gets a 503`() async throws {
        let (started, release) = (Signal(), Signal())
        try await withServer(
            { $0.limits.requestsInFlight = 1 },
            routes: { router in
                router.get("/waits") { _ in
                    started.fire()
                    await release.wait()
                    return Response(.ok, text: "done")
                }
            }
        ) { port, _ in
            let first = try RawClient(port: port)
            try await first.send("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await started.wait()

            let second = try RawClient(port: port)
            #expect(try await second.get("/hello").status == 503)
            release.fire()
            #expect(try await first.response().text == "done")
            #expect(try await second.get("/hello").status == 200)
        }
    }
}
