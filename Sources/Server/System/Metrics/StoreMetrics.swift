import HTTP
import ModelStore

/// What the calls to the store take and go through, as numbers of this process; the names are the same on both engines.
struct StoreMetrics: Sendable {
    private let measures: StoreMeasures

    /// Reads what has been counted, which needs no store that answers.
    init(_ store: Store) { measures = store.measures }

    /// Adds the metrics.
    func write(to text: inout PrometheusText) {
        let engine = measures.engine
        text.begin("trainyard_store_connections", .gauge, "Connections to the store's database, by what they do.")
        for (state, count) in [("idle", engine.idleConnections), ("busy", engine.busyConnections)] {
            text.sample("trainyard_store_connections", ["state": state], Double(count))
        }
        let counters = [
            (
                "trainyard_store_connection_waits_total", "Calls that had to wait for a connection.",
                engine.connectionWaits
            ),
            (
                "trainyard_store_reconnects_total", "Times that the database came back after it was away.",
                engine.reconnects
            ),
            (
                "trainyard_store_unknown_commits_total", "Commits whose answer was lost; the database was asked.",
                engine.unknownCommits
            ),
            ("trainyard_notifications_total", "Notices of commits that were heard.", engine.notifications),
            ("trainyard_cache_hits_total", "Copies of files that were there.", engine.cacheHits),
            ("trainyard_cache_misses_total", "Copies of files that had to be fetched.", engine.cacheMisses),
        ]
        for (name, help, count) in counters { text.single(name, .counter, help, Double(count)) }
        text.single("trainyard_cache_bytes", .gauge, "Bytes of copies of files.", Double(engine.cacheBytes))
        text.begin("trainyard_store_retries_total", .counter, "Work on the store that was begun again, by cause.")
        for (cause, count) in engine.retries.sorted(by: { $0.key < $1.key }) {
            text.sample("trainyard_store_retries_total", ["cause": cause], Double(count))
        }
        text.begin(
            "trainyard_store_call_seconds",
            .histogram,
            "What calls to the store took, waiting included, by kind."
        )
        for call in StoreMeasures.Call.allCases {
            guard let times = measures.times[call] else { continue }
            text.samples(
                "trainyard_store_call_seconds",
                of: Histogram(
                    bounds: StoreMeasures.Times.bounds,
                    counts: times.counts,
                    sum: times.seconds,
                    count: times.count
                ),
                label: ("kind", call.rawValue)
            )
        }
    }
}
