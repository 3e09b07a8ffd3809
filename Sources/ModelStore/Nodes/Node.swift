/// A process that works on a store, as it tells of itself.
public struct Node: Equatable, Sendable {
    /// How it stands to new work.
    public enum State: String, CaseIterable, Sendable {
        /// It takes work.
        case up
        /// It stops, and gives its jobs back.
        case draining
        /// It has given no sign of life for as long as a lease lasts; never told by a node of itself.
        case lost
    }

    /// What no other process has or will have.
    public var id: String
    /// What people call it.
    public var name: String
    /// The operating system's process, in words that processes of the same machine understand.
    public var process: String
    /// How it stands to new work.
    public var state: State
    /// Where it listens.
    public var address: String
    /// The version of its program.
    public var version: String
    /// Its process id.
    public var pid: Int
    /// How many jobs it runs at once; 0 for one that only takes them in.
    public var workers: Int
    /// How many threads it gives to each.
    public var threads: Int
    /// The widest vector instructions that it uses.
    public var kernels: String

    /// Describes a process that takes work.
    public init(
        id: String,
        name: String,
        process: String,
        address: String,
        version: String,
        pid: Int,
        workers: Int,
        threads: Int,
        kernels: String
    ) {
        self.id = id
        self.name = name
        self.process = process
        state = .up
        self.address = address
        self.version = version
        self.pid = pid
        self.workers = workers
        self.threads = threads
        self.kernels = kernels
    }
}

/// A node as the store knows it.
public struct StoredNode: Equatable, Sendable {
    /// What it told of itself, or that it is lost.
    public let node: Node
    /// How many jobs it holds.
    public let busy: Int
    /// When it was first seen.
    public let startedAt: Timestamp
    /// When it gave the last sign of life.
    public let seenAt: Timestamp

    /// Says what is known of a node.
    public init(node: Node, busy: Int, startedAt: Timestamp, seenAt: Timestamp) {
        self.node = node
        self.busy = busy
        self.startedAt = startedAt
        self.seenAt = seenAt
    }
}

/// A job that a node holds.
public struct StoredLease: Equatable, Sendable {
    /// The job.
    public let job: JobID
    /// The id of the node.
    public let node: String
    /// The node's process id; nil where its row is gone.
    public let pid: Int?
    /// The number of the claim.
    public let token: Int64
    /// How long the lease lasts without a further sign of life; 0 once it has lapsed.
    public let milliseconds: Int64
    /// The ranks that train the job with it, from rank 1 on.
    public internal(set) var ranks: [StoredRank] = []

    /// Says what a node holds.
    public init(job: JobID, node: String, pid: Int?, token: Int64, milliseconds: Int64) {
        self.job = job
        self.node = node
        self.pid = pid
        self.token = token
        self.milliseconds = milliseconds
    }
}

/// A rank that trains a job with its leader.
public struct StoredRank: Equatable, Sendable {
    /// Its number.
    public let rank: Int
    /// The id of its node.
    public let node: String
    /// The process without which it is lost.
    public let pid: Int
}

/// The nodes of a store and what they hold, as of one moment.
public struct Cluster: Equatable, Sendable {
    /// The nodes, first the one that was seen first.
    public let nodes: [StoredNode]
    /// What they hold, by the jobs' ids.
    public let leases: [StoredLease]

    /// Says what nodes there are.
    public init(nodes: [StoredNode], leases: [StoredLease]) {
        self.nodes = nodes
        self.leases = leases
    }
}
