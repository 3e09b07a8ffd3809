/// The limits of a store and the modes of its files, each with the default that suits one machine.
public struct StoreOptions: Sendable {
    /// How many jobs may wait in state `queued`; one more is refused.
    public var queueLimit = 1000
    /// How long a claim lasts without being renewed, in milliseconds.
    ///
    /// Renew at about a third of it.
    public var leaseMilliseconds: Int64 = 15_000
    /// How often a job may fail for a passing cause without a checkpoint in between, before it fails for good.
    public var maximumAttempts = 5
    /// How often a job's worker may die without a checkpoint in between, before the job fails for good.
    public var maximumLapses = 20
    /// The wait before the first retry, in milliseconds; it doubles with each further one.
    public var backoffMilliseconds: Int64 = 1_000
    /// The longest wait before a retry, in milliseconds.
    public var longestBackoffMilliseconds: Int64 = 300_000
    /// How many of a job's newest checkpoints are kept, at least one.
    public var checkpointsKept = 2
    /// How long a call waits for another process's write to end, in milliseconds.
    public var busyTimeoutMilliseconds = 5_000

    /// How many bytes of datasets and checkpoints the folder may hold where it is a cache; the least recently used go.
    public var cacheBytes = 10 << 30
    /// The most connections to a PostgreSQL.
    public var connections = 8
    /// What a statement on a PostgreSQL may take, connecting included, in milliseconds.
    public var timeoutMilliseconds = 5_000
    /// Whether a store on a PostgreSQL that doesn't answer may be opened: its calls fail until it does.
    public var mayBeAway = false

    /// The modes of new files and folders, and of all of them after `Store.applyPermissions()`.
    public var permissions = FilePermissions.ownerAlone

    /// Makes the default limits.
    public init() {}

    /// The wait before retry number `attempt` (from 1), in milliseconds: doubling, with an upper bound.
    func backoff(attempt: Int) -> Int64 {
        let doublings = min(max(attempt - 1, 0), 40)
        return min(backoffMilliseconds << Int64(doublings), longestBackoffMilliseconds)
    }
}
