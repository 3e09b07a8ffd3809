/// A worker that is there to train with the leader of a job.
public struct RankMember: Equatable, Sendable {
    /// What no other place has or will have.
    public let id: String
    /// The id of its node.
    public let node: String
}

/// A place that an idle worker has taken beside the leader of a job.
public struct RankPlace: Sendable {
    /// What no other place has or will have.
    public let member: String
    /// The job, and the leader's right to run it, by which a member writes nothing.
    public let claim: Claim
}

/// A group of ranks that begins, as one of them is called to it.
public struct RankCall: Equatable, Sendable {
    /// The group's number among those of the job, each greater than the one before.
    public let generation: Int64
    /// The number of the one that is called.
    public let rank: Int
    /// How many ranks there are.
    public let count: Int
    /// What ranks of the group show each other first.
    public let key: String

    /// Says who is called to what.
    public init(generation: Int64, rank: Int, count: Int, key: String) {
        (self.generation, self.rank, self.count, self.key) = (generation, rank, count, key)
    }
}

/// How a worker that has taken a place stands.
public enum RankStanding: Equatable, Sendable {
    /// The place is no more: the job has ended, or another node has it.
    case gone
    /// The leader has not called yet.
    case waiting
    /// The leader has called.
    case called(RankCall)
}
