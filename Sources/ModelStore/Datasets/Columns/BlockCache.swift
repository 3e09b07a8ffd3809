import Synchronization

/// Unpacked blocks of a file's columns, up to a bound of bytes; those that have rested longest go first.
///
/// A lock, since any number of threads read rows of the same file and what it guards takes no time.
final class BlockCache: Sendable {
    struct Key: Hashable {
        let column: Int
        let block: Int
    }

    /// What is kept of a block.
    enum Content {
        /// The values.
        case values(StoredColumnValues)
        /// Where its files lie.
        case heads(FileHeads)
    }

    private struct Entry {
        let content: Content
        let bytes: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func find(_ key: Key) -> Content? {
        state.withLock { state in
            guard let index = state.entries.index(forKey: key) else { return nil }
            state.uses += 1
            state.entries.values[index].lastUse = state.uses
            return state.entries.values[index].content
        }
    }

    /// Keeps what takes about so many bytes, unless it alone is larger than the bound.
    func keep(_ content: Content, bytes: Int, as key: Key) {
        guard bytes <= limit else { return }
        let released = state.withLock { state -> [Entry] in
            state.uses += 1
            var released: [Entry] = []
            if let before = state.entries.updateValue(
                Entry(content: content, bytes: bytes, lastUse: state.uses),
                forKey: key
            ) {
                state.bytes -= before.bytes
                released.append(before)
            }
            state.bytes += bytes
            while state.bytes > limit, let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                state.entries[oldest.key] = nil
                state.bytes -= oldest.value.bytes
                released.append(oldest.value)
            }
            return released
        }
        // Their memory is given back outside the lock.
        _ = released
    }
}
