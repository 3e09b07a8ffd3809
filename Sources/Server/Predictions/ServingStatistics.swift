import Glibc
import ModelStore
import Synchronization

/// What a version of a model has answered since the start, and how long that took.
final class ServingStatistics: Sendable {
    /// How often something was done, and how long it took in all.
    struct Span: Sendable {
        var count = 0
        var nanoseconds = 0

        /// Adds some that took so long in all.
        mutating func add(_ count: Int, _ duration: Duration) {
            self.count += count
            nanoseconds += duration.nanoseconds
        }

        /// Adds one that took so long.
        mutating func add(_ duration: Duration) { add(1, duration) }
    }

    /// What a batch consists of: its rows are gathered, computed, and handed out.
    struct Work: Sendable {
        var input = Span()
        var compute = Span()
        var output = Span()
    }

    /// Everything that is counted.
    struct Numbers: Sendable {
        /// When the last request was answered, in milliseconds since 1970; 0 for never.
        var lastAnswer = 0
        /// Rows that were answered.
        var rows = 0
        /// Batches that were computed.
        var batches = 0
        /// Requests that were answered, from the reading of their numbers on.
        var successes = Span()
        /// Requests that were not.
        var failures = Span()
        /// How long requests waited for their first batch.
        var waiting = Span()
        /// The work, by request: each one counts the batches that it was in as a whole.
        var work = Work()
        /// The work by the number of rows of a batch.
        var workByRows: [Int: Work] = [:]
    }

    /// What was measured of a batch.
    struct Batch {
        let rows: Int
        /// Requests of which it holds the last rows.
        let requests: Int
        /// How long those waited whose first rows it holds, and how many they are.
        let waiting: Span
        let input: Duration
        let compute: Duration
        let output: Duration
        /// How many requests have rows in it.
        let pieces: Int
    }

    private let state = Mutex(Numbers())

    /// What was counted so far.
    var numbers: Numbers { state.withLock { $0 } }

    /// Counts a batch that was computed.
    func computed(_ batch: Batch) {
        state.withLock { state in
            state.rows += batch.rows
            state.batches += 1
            state.waiting.count += batch.waiting.count
            state.waiting.nanoseconds += batch.waiting.nanoseconds
            state.work.input.add(batch.requests, batch.input * batch.pieces)
            state.work.compute.add(batch.requests, batch.compute * batch.pieces)
            state.work.output.add(batch.requests, batch.output * batch.pieces)
            var own = state.workByRows[batch.rows] ?? Work()
            own.input.add(batch.input)
            own.compute.add(batch.compute)
            own.output.add(batch.output)
            state.workByRows[batch.rows] = own
        }
    }

    /// Counts a request that was answered or not.
    func ended(after duration: Duration, isAnswered: Bool) {
        state.withLock { state in
            guard isAnswered else { return state.failures.add(duration) }
            state.successes.add(duration)
            state.lastAnswer = Self.now
        }
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

/// The statistics of the versions that were asked for.
final class StatisticsRegistry: Sendable {
    private let entries = Mutex<[VersionIdentity: ServingStatistics]>([:])
    /// More versions than this are not remembered at a time.
    private static let limit = 10_000

    /// Those of a version; made when it is first asked for.
    func statistics(of identity: VersionIdentity) -> ServingStatistics {
        entries.withLock { entries in
            if let known = entries[identity] { return known }
            if entries.count >= Self.limit { entries.removeAll() }
            let made = ServingStatistics()
            entries[identity] = made
            return made
        }
    }

    /// What was counted of a version; nil where it was never asked for.
    func numbers(of identity: VersionIdentity) -> ServingStatistics.Numbers? {
        entries.withLock { $0[identity] }?.numbers
    }
}

extension Duration {
    /// The whole nanoseconds.
    fileprivate var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}
