import Features
import Synchronization

/// Rows as front layers prepare them before the first random one: what is kept need not be read and decoded again in the
/// next epoch.
///
/// Up to a bound of bytes they stay in memory, beyond it in a file of the data folder. Which rows are kept, and where,
/// changes no numbers.
final class FrontCache: Sendable {
    private let shards: [Shard]
    private let limit: Int
    private let scratch: ScratchRows?

    private final class Shard: Sendable {
        let state = Mutex((rows: [Int: [FrontValue]](), bytes: 0))
    }

    /// Several locks, so that threads that train don't wait for one another.
    private static let shardCount = 16

    /// An empty cache.
    ///
    /// - Parameters:
    ///   - bytes: How many bytes stay in memory at most.
    ///   - scratch: The folder where a file may be made for the rest; nil for none, and then further rows are prepared anew
    ///     each time.
    init(bytes: Int, scratch: String?) {
        limit = bytes / Self.shardCount
        shards = (0..<Self.shardCount).map { _ in Shard() }
        self.scratch = scratch.map(ScratchRows.init)
    }

    /// About how many bytes of memory a row takes: its elements, and what the arrays and the table of rows take beside.
    static func bytes(of values: [FrontValue]) -> Int { values.reduce(96) { $0 + $1.bytes + 128 } }

    /// The row as it was kept.
    subscript(row: Int) -> [FrontValue]? {
        shards[row % Self.shardCount].state.withLock { $0.rows[row] } ?? scratch?[row]
    }

    /// Keeps a row, where there is room.
    func keep(_ values: [FrontValue], for row: Int) {
        let bytes = Self.bytes(of: values)
        let isHeld = shards[row % Self.shardCount].state.withLock { state in
            guard state.rows[row] == nil else { return true }
            guard state.bytes + bytes <= limit else { return false }
            state.rows[row] = values
            state.bytes += bytes
            return true
        }
        if !isHeld { scratch?.keep(values, for: row) }
    }
}
