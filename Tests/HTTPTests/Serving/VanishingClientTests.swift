import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct VanishingClientTests {
    /// Routes that say when they run and when they are cancelled.
    private func routes(_ router: inout Router, started: Signal, cancelled: Signal) {
        router.get("/waits") { _ in
            await withTaskCancellationHandler {
                started.fire()
                await cancelled.wait()
            } onCancel: {
                cancelled.fire()
            }
            try Task.checkCancellation()
            return Response(.ok)
        }
        router.get("/endless") { _ in
            .stream(.ok, contentType: "text/event-stream") { writer in
                defer { cancelled.fire() }
                started.fire()
                while true { try await writer.write("data: x\n\n") }
            }
        }
        router.post("/reads") { request in
            defer { cancelled.fire() }
            started.fire()
            return Response(.ok, json: try await request.body.collect())
        }
    }

    @Test func `a reset cancels the handler at once`() async throws {
        let (started, cancelled) = (Signal(), Signal())
        try await withServer(
            { $0.timeouts.halfClose = .seconds(600) },
            routes: { routes(&$0, started: started, cancelled: cancelled) }
        ) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await started.wait()

            client.reset()

            await cancelled.wait()
        }
    }

    @Test func `a client that closes cancels the handler after a while`() async throws {
        let (started, cancelled) = (Signal(), Signal())
        try await withServer(
            { $0.timeouts.halfClose = .milliseconds(20) },
            routes: { routes(&$0, started: started, cancelled: cancelled) }
        ) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await started.wait()

            client.endOutput()

            await cancelled.wait()
        }
    }

    @Test func `a client that closes only its side still gets its answers`() async throws {
        try await withServer { port, _ in
            let client = try RawClient(port: port)

            try await client.send(
                "GET /async/1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /async/2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            client.endOutput()

            #expect(try await client.response().text == "1")
            #expect(try await client.response().text == "2")
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test func `a client that leaves an endless stream ends it`() async throws {
        let (started, cancelled) = (Signal(), Signal())
        try await withServer(routes: { routes(&$0, started: started, cancelled: cancelled) }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try await client.read(through: "data: x\n\n")

            client.reset()

            await cancelled.wait()
        }
    }

    @Test func `a client that leaves in the middle of its body ends the handler that reads it`() async throws {
        let (started, cancelled) = (Signal(), Signal())
        try await withServer(routes: { routes(&$0, started: started, cancelled: cancelled) }) { port, _ in
            let client = try RawClient(port: port)
            try await client.send("POST /reads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\nabc")
            await started.wait()

            client.endOutput()

            await cancelled.wait()
            #expect(try await client.readToEnd() == "")
        }
    }
}
