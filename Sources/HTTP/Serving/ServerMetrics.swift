import HTTPTypes
import Synchronization

/// Counts what the server does, for Prometheus.
public final class ServerMetrics: ServerObserver {
    private struct Outcome: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    private struct State {
        var requests: [Outcome: Int] = [:]
        var latencies: [String: Histogram] = [:]
        var openConnections = 0
        var connections = 0
        var bytesIn = 0
        var bytesOut = 0
    }

    /// The upper bounds of the latency histogram, in seconds.
    private static let bounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
    ]

    private let state = Mutex(State())

    /// Metrics of a server that has served nothing yet.
    public init() {}

    /// Counts a request.
    public func finished(_ record: RequestRecord) {
        let route = record.route ?? ""
        let outcome = Outcome(route: route, method: record.method?.rawValue ?? "", status: record.status)
        let seconds = Double(record.duration.nanoseconds) / 1e9
        state.withLock { state in
            state.requests[outcome, default: 0] += 1
            state.latencies[route, default: Histogram(bounds: Self.bounds)].add(seconds)
            state.bytesIn += record.bytesIn
            state.bytesOut += record.bytesOut
        }
    }

    /// Counts a connection.
    public func connectionOpened() {
        state.withLock { state in
            state.openConnections += 1
            state.connections += 1
        }
    }

    /// Counts the end of a connection.
    public func connectionClosed() {
        state.withLock { $0.openConnections -= 1 }
    }

    /// Adds every metric, in the order of its labels.
    public func write(to text: inout PrometheusText) {
        let state = state.withLock { $0 }
        text.begin("http_requests_total", .counter, "Requests answered, by route, method and status.")
        for (outcome, count) in state.requests.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            text.sample(
                "http_requests_total",
                ["route": outcome.route, "method": outcome.method, "status": "\(outcome.status)"],
                Double(count)
            )
        }
        let latency = "http_request_duration_seconds"
        text.begin(latency, .histogram, "From the head of a request to the end of its answer.")
        for (route, histogram) in state.latencies.sorted(by: { $0.key < $1.key }) {
            text.samples(latency, of: histogram, label: ("route", route))
        }
        text.single("http_connections", .gauge, "Connections open now.", Double(state.openConnections))
        text.single("http_connections_total", .counter, "Connections accepted.", Double(state.connections))
        text.single("http_request_body_bytes_total", .counter, "Bytes of request bodies.", Double(state.bytesIn))
        text.single("http_response_body_bytes_total", .counter, "Bytes of response bodies.", Double(state.bytesOut))
    }

    private static func order(_ outcome: Outcome) -> (String, String, Int) {
        (outcome.route, outcome.method, outcome.status)
    }
}
