import HTTP
import HTTPTypes
import Testing

/// How a server is, it tells while everything else is refused.
@Suite(.timeLimit(.minutes(10)))
struct ProbeTests {
    private static func addProbe(to router: inout Router) {
        router.on(.get, "/live", isProbe: true, handler: .sync { _ in Response(.ok, text: "live") })
    }

    @Test func `with all connections in use probes are answered, and nothing else`() async throws {
        try await withServer(
            {
                $0.limits.connections = 1
                // However late the requests come.
                $0.timeouts.last = .seconds(60)
            },
            routes: Self.addProbe
        ) { port, _ in
            let holder = try RawClient(port: port)
            #expect(try await holder.get("/hello").text == "hello")

            let probe = try await RawClient(port: port).get("/live")
            #expect(probe.text == "live")
            #expect(probe["Connection"] == "close")
            let other = try await RawClient(port: port).get("/hello")
            #expect(other.status == 503)
            #expect(other["Connection"] == "close")
            #expect(try await holder.get("/hello").text == "hello")
        }
    }

    @Test func `a crowd on the connections for probes doesn't keep a probe out`() async throws {
        try await withServer(
            {
                $0.limits.connections = 1
                $0.limits.probeConnections = 4
                // The crowd stays: only the newcomers make it give way.
                $0.timeouts.last = .seconds(60)
            },
            routes: Self.addProbe
        ) { port, _ in
            let holder = try RawClient(port: port)
            #expect(try await holder.get("/hello").text == "hello")
            let crowd = try (0..<20).map { _ in try RawClient(port: port) }
            #expect(try await RawClient(port: port).get("/live").text == "live")
            // The first gave way to later ones, and was told why.
            #expect(try await crowd[0].response().status == 503)
        }
    }

    @Test func `with all requests in use probes are answered, and nothing else`() async throws {
        try await withServer({ $0.limits.requestsInFlight = 0 }, routes: Self.addProbe) { port, _ in
            let probe = try await RawClient(port: port).get("/live")
            let other = try await RawClient(port: port).get("/hello")
            #expect(probe.text == "live" && other.status == 503)
        }
    }
}
