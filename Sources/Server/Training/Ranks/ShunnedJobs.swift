import ModelStore

/// Jobs for which a worker could be of no use, and for a while won't try to be.
struct ShunnedJobs {
    private var until: [JobID: ContinuousClock.Instant] = [:]
    private static let patience = Duration.seconds(30)

    /// Shuns a job.
    mutating func add(_ job: JobID) { until[job] = .now + Self.patience }

    /// Those that are shunned now.
    var now: Set<JobID> {
        mutating get {
            until = until.filter { $0.value > .now }
            return Set(until.keys)
        }
    }
}
