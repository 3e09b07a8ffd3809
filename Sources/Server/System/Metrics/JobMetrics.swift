import HTTP
import JSON
import ModelStore

/// The jobs of the store as numbers: they are those of all servers on the data folder.
struct JobMetrics: Sendable {
    private let counts: [JobState: Int]
    private let samplesPerSecond: Double

    /// Reads the store.
    init(_ store: Store) throws(StoreError) {
        counts = try store.jobs.counts()
        let running = try store.jobs.list(JobFilter(state: .running, limit: 1000)).jobs
        samplesPerSecond = running.reduce(0) { $0 + Self.pace(of: $1) }
    }

    /// Adds the metrics.
    func write(to text: inout PrometheusText) {
        text.begin("trainyard_jobs", .gauge, "Jobs in the data folder, by state.")
        for state in JobState.allCases {
            text.sample("trainyard_jobs", ["state": state.rawValue], Double(counts[state] ?? 0))
        }
        text.single("trainyard_queue_depth", .gauge, "Jobs that wait for a worker.", Double(counts[.queued] ?? 0))
        text.single(
            "trainyard_training_samples_per_second",
            .gauge,
            "Rows that the running jobs train on in a second, by their last reports.",
            samplesPerSecond
        )
    }

    private static func pace(of job: Job) -> Double {
        guard let progress = job.progress, let document = try? JSONDocument(parsing: Array(progress.utf8)) else {
            return 0
        }
        return (try? document.root["samples_per_second"]?.double()) ?? 0
    }
}
