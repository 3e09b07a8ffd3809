import Features
import Synchronization

/// Rows as front layers prepare them before the first random one, up to a bound of bytes: what is kept need not be read and
/// decoded again in the next epoch.
///
/// Once it is full, further rows are prepared anew each time; which rows are kept changes no numbers.
final class FrontCache: Sendable {
    private let shards: [Shard]
    private let limit: Int

    private final class Shard: Sendable {
        let state = Mutex((rows: [Int: [FrontValue]](), bytes: 0))
    }

    /// Several locks, so that threads that train don't wait for one another.
    private static let shardCount = 16

    /// A cache of at most so many bytes.
    init(bytes: Int) {
        limit = bytes / Self.shardCount
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    /// The row as it was kept.
    subscript(row: Int) -> [FrontValue]? { shards[row % Self.shardCount].state.withLock { $0.rows[row] } }

    /// Keeps a row, where there is room.
    func keep(_ values: [FrontValue], for row: Int) {
        let bytes = values.reduce(64) { $0 + $1.bytes }
        shards[row % Self.shardCount].state.withLock { state in
            guard state.bytes + bytes <= limit, state.rows[row] == nil else { return }
            state.rows[row] = values
            state.bytes += bytes
        }
    }
}
