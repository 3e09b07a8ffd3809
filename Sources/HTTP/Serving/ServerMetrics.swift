import HTTPTypes
import Synchronization

/// Counts what the server does and shows it in the Prometheus text format (version 0.0.4).
public final class ServerMetrics: ServerObserver {
    private struct Outcome: Hashable {
        var route: String
        var method: String
        var status: Int
    }

    fileprivate struct Histogram {
        var buckets = [Int](repeating: 0, count: ServerMetrics.bounds.count)
        var nanoseconds: UInt64 = 0
        var count = 0
    }

    private struct State {
        var requests: [Outcome: Int] = [:]
        var latencies: [String: Histogram] = [:]
        var openConnections = 0
        var connections = 0
        var bytesIn = 0
        var bytesOut = 0
    }

    /// The upper bounds of the latency histogram, in seconds, and in nanoseconds.
    fileprivate static let bounds: [(label: String, nanoseconds: UInt64)] = [
        ("0.0001", 100_000), ("0.00025", 250_000), ("0.0005", 500_000), ("0.001", 1_000_000),
        ("0.0025", 2_500_000), ("0.005", 5_000_000), ("0.01", 10_000_000), ("0.025", 25_000_000),
        ("0.05", 50_000_000), ("0.1", 100_000_000), ("0.25", 250_000_000), ("0.5", 500_000_000),
        ("1", 1_000_000_000), ("2.5", 2_500_000_000), ("10", 10_000_000_000),
    ]

    private let state = Mutex(State())

    /// Metrics of a server that has served nothing yet.
    public init() {}

    /// Counts a request.
    public func finished(_ record: RequestRecord) {
        let route = record.route ?? ""
        let outcome = Outcome(route: route, method: record.method?.rawValue ?? "", status: record.status)
        let nanoseconds = record.duration.nanoseconds
        state.withLock { state in
            state.requests[outcome, default: 0] += 1
            state.latencies[route, default: Histogram()].add(nanoseconds)
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

    /// Every metric, in the order of its labels, to be sent as `text/plain; version=0.0.4`.
    public var prometheusText: String {
        let state = state.withLock { $0 }
        var text = "# HELP http_requests_total Requests answered, by route, method and status.\n"
        text += "# TYPE http_requests_total counter\n"
        for (outcome, count) in state.requests.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            let labels = "route=\"\(outcome.route)\",method=\"\(outcome.method)\",status=\"\(outcome.status)\""
            text += "http_requests_total{\(labels)} \(count)\n"
        }
        text += "# HELP http_request_duration_seconds From the head of a request to the end of its answer.\n"
        text += "# TYPE http_request_duration_seconds histogram\n"
        for (route, histogram) in state.latencies.sorted(by: { $0.key < $1.key }) {
            text += histogram.text(route: route)
        }
        text += Self.single("http_connections", "gauge", "Connections open now.", state.openConnections)
        text += Self.single("http_connections_total", "counter", "Connections accepted.", state.connections)
        text += Self.single("http_request_body_bytes_total", "counter", "Bytes of request bodies.", state.bytesIn)
        text += Self.single("http_response_body_bytes_total", "counter", "Bytes of response bodies.", state.bytesOut)
        return text
    }

    private static func order(_ outcome: Outcome) -> (String, String, Int) {
        (outcome.route, outcome.method, outcome.status)
    }

    private static func single(_ name: String, _ type: String, _ help: String, _ value: Int) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
    }
}

extension ServerMetrics.Histogram {
    fileprivate mutating func add(_ nanoseconds: UInt64) {
        count += 1
        self.nanoseconds &+= nanoseconds
        if let bucket = ServerMetrics.bounds.firstIndex(where: { nanoseconds <= $0.nanoseconds }) {
            buckets[bucket] += 1
        }
    }

    fileprivate func text(route: String) -> String {
        let name = "http_request_duration_seconds"
        var text = ""
        var below = 0
        for (bucket, bound) in zip(buckets, ServerMetrics.bounds) {
            below += bucket
            text += "\(name)_bucket{route=\"\(route)\",le=\"\(bound.label)\"} \(below)\n"
        }
        text += "\(name)_bucket{route=\"\(route)\",le=\"+Inf\"} \(count)\n"
        text += "\(name)_sum{route=\"\(route)\"} \(Double(nanoseconds) / 1e9)\n"
        text += "\(name)_count{route=\"\(route)\"} \(count)\n"
        return text
    }
}
