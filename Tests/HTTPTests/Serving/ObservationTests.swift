import HTTP
import HTTPTypes
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ObservationTests {
    @Test func `metrics count requests by route and status, bytes and connections`() async throws {
        let metrics = ServerMetrics()
        try await withServer(observer: metrics) { port, _ in
            let client = try RawClient(port: port)
            for _ in 0..<3 { _ = try await client.get("/hello") }
            _ = try await client.get("/async/7")
            _ = try await client.get("/async/x")
            _ = try await client.get("/nowhere")
            try await client.send(
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
                    + String(repeating: "a", count: 100)
            )
            _ = try await client.response()

            let text = Self.text(of: metrics)

            for line in [
                "http_requests_total{route=\"/hello\",method=\"GET\",status=\"200\"} 3",
                "http_requests_total{route=\"/async/{id}\",method=\"GET\",status=\"200\"} 1",
                "http_requests_total{route=\"/async/{id}\",method=\"GET\",status=\"404\"} 1",
                "http_requests_total{route=\"\",method=\"GET\",status=\"404\"} 1",
                "http_request_duration_seconds_count{route=\"/hello\"} 3",
                "http_request_duration_seconds_bucket{route=\"/hello\",le=\"+Inf\"} 3",
                "http_connections 1", "http_connections_total 1", "http_request_body_bytes_total 100",
            ] {
                #expect(text.contains(line + "\n"), "\(line) is not in\n\(text)")
            }
        }
        #expect(Self.text(of: metrics).contains("http_connections 0\n"))
    }

    private static func text(of metrics: ServerMetrics) -> String {
        var text = PrometheusText()
        metrics.write(to: &text)
        return text.text
    }

    @Test func `a label's value is escaped, and a whole number has no point`() {
        var text = PrometheusText()
        text.begin("a", .gauge, "What it is.")
        text.sample("a", ["x": "1\\2\"3\n4", "y": ""], 12)
        var histogram = Histogram(bounds: [0.5, 1])
        for value in [0.5, 0.75, 3] { histogram.add(value) }
        text.samples("h", of: histogram)

        let expected = #"""
            # HELP a What it is.
            # TYPE a gauge
            a{x="1\\2\"3\n4",y=""} 12
            h_bucket{le="0.5"} 1
            h_bucket{le="1"} 2
            h_bucket{le="+Inf"} 3
            h_sum 4.25
            h_count 3

            """#
        #expect(text.text == expected)
    }

    @Test func `each request is logged with its id, route, status and bytes, and its body is not`() async throws {
        let lines = LogLines()
        var configuration = ServerConfiguration()
        configuration.addresses = [.ip(host: "127.0.0.1", port: 0)]
        var router = Router()
        router.get("/models/{name}", sync: { _ in Response(.ok, text: "secret") })
        router.get("/fails") { _ in throw LogLines.Failure.broken }
        let logger = Logger(label: "test", factory: { _ in lines.handler })
        let server = HTTPServer(router: router, configuration: configuration, logger: logger)
        guard case .ip(_, let port)? = try await server.start().first else {
            Issue.record("the server has no port")
            return
        }
        let client = try RawClient(port: port)
        _ = try await client.get("/models/lenet?key=hidden", fields: "X-Request-ID: id-1\r\n")
        _ = try await client.get("/fails", fields: "X-Request-ID: id-2\r\n")
        await server.shutdown(grace: .seconds(5))

        let logged = lines.all
        let request = try #require(logged.first { $0["request-id"] == "id-1" })
        #expect(request["route"] == "/models/{name}")
        #expect(request["path"] == "/models/lenet")
        #expect(request["status"] == "200")
        #expect(request["bytes-out"] == "6")
        #expect(!logged.description.contains("secret"))
        #expect(!logged.description.contains("hidden"))
        #expect(logged.contains { $0["request-id"] == "id-2" && $0["error"] == "broken" })
    }
}

/// Keeps the metadata of every line that is logged.
private final class LogLines: Sendable {
    enum Failure: Error { case broken }

    private let lines = Mutex<[[String: String]]>([])

    var all: [[String: String]] { lines.withLock { $0 } }
    var handler: Handler { Handler(lines: self) }

    struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append((event.metadata ?? [:]).mapValues { "\($0)" }) }
        }
    }
}
