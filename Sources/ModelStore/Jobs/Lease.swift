/// A worker's right to run a job and to write about it.
///
/// The token grows with every claim. A worker that lost its lease, say after it was frozen for a minute, still holds
/// the old token, and all it writes is refused.
public struct Lease: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// The id of the node whose worker took it.
    public let node: String
    /// The number of the claim.
    public let token: Int64
}

/// A job that a worker has just taken.
public struct Claim: Sendable {
    /// The job, now running.
    public let job: Job
    /// The right to run it.
    public let lease: Lease
    /// Whether it ran before, so that there may be a checkpoint to go on from.
    public let isResumed: Bool
    /// Whether another node had it, which is dead or gave no sign of life for too long.
    public let isTakenOver: Bool
}
