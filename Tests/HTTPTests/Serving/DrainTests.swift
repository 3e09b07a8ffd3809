import HTTP
import HTTPTypes
import Testing

@Suite(.timeLimit(.minutes(10)))
struct DrainTests {
    @Test func `a stopping server closes idle connections, finishes requests and takes no more`() async throws {
        let (started, release) = (Signal(), Signal())
        try await withServer(routes: { router in
            router.get("/waits") { _ in
                started.fire()
                await release.wait()
                return Response(.ok, text: "done")
            }
        }) { port, server in
            let idle = try RawClient(port: port)
            #expect(try await idle.get("/hello").text == "hello")
            let busy = try RawClient(port: port)
            try await busy.send("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await started.wait()

            let stopped = Task { await server.shutdown(grace: .seconds(30)) }
            #expect(try await idle.readToEnd() == "")
            // Soon nobody can connect any more.
            while (try? RawClient(port: port)) != nil { await Task.yield() }
            release.fire()

            let response = try await busy.response()
            #expect(response.text == "done")
            #expect(response["Connection"] == "close")
            await stopped.value
            await server.waitUntilStopped()
        }
    }

    @Test func `requests that are on their way when a server stops are answered, on fresh and on used connections`()
        async throws
    {
        // The connections stay open until the requests come, however late that is.
        try await withServer({ $0.timeouts.last = .seconds(50) }) { port, server in
            let used = try RawClient(port: port)
            #expect(try await used.get("/hello").text == "hello")
            let fresh = try RawClient(port: port)
            // The answer to a later connection tells that the one before was accepted.
            #expect(try await RawClient(port: port).get("/hello").text == "hello")

            let stopped = Task { await server.shutdown(grace: .seconds(30)) }
            // Once nobody can connect, the connections know of the stop, or are about to.
            while (try? RawClient(port: port)) != nil { await Task.yield() }

            for client in [used, fresh] {
                let response = try await client.get("/hello")
                #expect(response.text == "hello")
                #expect(response["Connection"] == "close")
                #expect(try await client.readToEnd() == "")
            }
            await stopped.value
        }
    }

    @Test func `what has not finished when the grace is over is cancelled`() async throws {
        let (started, cancelled) = (Signal(), Signal())
        try await withServer(routes: { router in
            router.get("/waits") { _ in
                await withTaskCancellationHandler {
                    started.fire()
                    await cancelled.wait()
                } onCancel: {
                    cancelled.fire()
                }
                return Response(.ok)
            }
        }) { port, server in
            let client = try RawClient(port: port)
            try await client.send("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await started.wait()

            await server.shutdown(grace: .milliseconds(20))

            await cancelled.wait()
        }
    }

    @Test func `a stream that ends on drain ends cleanly and at once`() async throws {
        try await withServer(routes: { router in
            router.get("/events") { _ in
                .stream(.ok, contentType: "text/event-stream", endsOnDrain: true) { writer in
                    try await writer.write("data: 1\n\n")
                    try await Task.sleep(for: .seconds(600))
                }
            }
        }) { port, server in
            let client = try RawClient(port: port)
            try await client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try await client.read(through: "data: 1\n\n\r\n")

            let stopped = Task { await server.shutdown(grace: .seconds(30)) }

            #expect(try await client.readToEnd() == "0\r\n\r\n")
            await stopped.value
        }
    }
}
