import Synchronization

/// What a store's calls have taken, and what its engine has gone through, since it was opened.
public struct StoreMeasures: Sendable {
    /// A kind of call.
    public enum Call: String, CaseIterable, Sendable {
        /// A read of rows.
        case read
        /// A transaction.
        case write
        /// Bytes of a file of a dataset or a checkpoint, to or from a database.
        case bytes
    }

    /// How long calls of a kind took.
    public struct Times: Sendable {
        /// The upper bounds of the buckets, in seconds, each included in its bucket; a last bucket has none.
        public static let bounds = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
        /// How many calls fell into each bucket with a bound.
        public internal(set) var counts = [Int](repeating: 0, count: bounds.count)
        /// How many calls there were.
        public internal(set) var count = 0
        /// What they took together, in seconds.
        public internal(set) var seconds = 0.0

        mutating func add(_ seconds: Double) {
            count += 1
            self.seconds += seconds
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[bucket] += 1 }
        }
    }

    /// How long calls took, by kind; all kinds are there.
    public let times: [Call: Times]
    /// What the engine has gone through.
    public let engine: EngineCounts
}

/// What an engine's connections have gone through; an engine whose database is a file of this machine has none.
public struct EngineCounts: Sendable {
    /// How many connections wait for work.
    public internal(set) var idleConnections = 0
    /// How many connections are at work.
    public internal(set) var busyConnections = 0
    /// How often a call had to wait for a connection.
    public internal(set) var connectionWaits = 0
    /// How often the database came back after it was away.
    public internal(set) var reconnects = 0
    /// How often work was begun again, by cause.
    public internal(set) var retries = ["connection": 0, "conflict": 0, "pooler": 0]
    /// How many commits had no answer.
    public internal(set) var unknownCommits = 0
    /// How often the database told that something was committed.
    public internal(set) var notifications = 0
    /// How long bytes of files took to and from the database.
    public internal(set) var byteTimes = StoreMeasures.Times()
    /// How many bytes of copies the folder holds.
    public internal(set) var cacheBytes = 0
    /// How often a copy was there.
    public internal(set) var cacheHits = 0
    /// How often a copy had to be fetched.
    public internal(set) var cacheMisses = 0
}

/// Measures calls.
final class CallTimes: Sendable {
    private let times = Mutex(
        [StoreMeasures.Call: StoreMeasures.Times](
            uniqueKeysWithValues: StoreMeasures.Call.allCases.map { ($0, StoreMeasures.Times()) }
        )
    )

    /// Runs `body`, and notes how long it took.
    func measuring<Value>(_ call: StoreMeasures.Call, _ body: () throws -> Value) rethrows -> Value {
        let began = ContinuousClock.now
        defer {
            let seconds = began.duration(to: .now) / .seconds(1)
            times.withLock { $0[call]?.add(seconds) }
        }
        return try body()
    }

    /// What has been noted, by kind.
    var found: [StoreMeasures.Call: StoreMeasures.Times] { times.withLock(\.self) }
}
