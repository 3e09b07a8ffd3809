import ModelStore
import NN
import Synchronization

/// The rows of datasets that views are asked about, so that the next row needs no dataset opened and checked anew.
///
/// What is open keeps its place on the disk, also where the dataset is deleted: it is let go some seconds after its last use.
final class OpenedRows: Sendable {
    private let state = Mutex<[Key: (found: Found, lastUse: ContinuousClock.Instant)]>([:])

    /// What rows are of.
    struct Key: Hashable, Sendable {
        let model: VersionIdentity
        let dataset: String
        let sha256: String
        let part: String
    }

    /// Rows, and how they were found.
    struct Found: Sendable {
        let rows: EvaluatedRows
        let options: TrainingOptions
        let network: Network
    }

    /// How many are open at once.
    private static let limit = 4
    /// How long after its last use one is let go.
    private static let rest = Duration.seconds(10)

    /// The rows of a key; nil where they are not open.
    func find(_ key: Key) -> Found? {
        state.withLock { state in
            state[key]?.lastUse = .now
            return state[key]?.found
        }
    }

    /// Keeps rows open as long as they are asked for.
    func keep(_ found: Found, as key: Key) {
        let isNew = state.withLock { state in
            let isNew = state[key] == nil
            if isNew, state.count >= Self.limit, let oldest = state.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                state[oldest.key] = nil
            }
            state[key] = (found, .now)
            return isNew
        }
        guard isNew else { return }
        Task {
            while let use = state.withLock({ $0[key]?.lastUse }) {
                if use + Self.rest <= .now { return letGo(key, unusedSince: use) }
                try? await Task.sleep(until: use + Self.rest)
            }
        }
    }

    private func letGo(_ key: Key, unusedSince use: ContinuousClock.Instant) {
        state.withLock { state in
            if state[key]?.lastUse == use { state[key] = nil }
        }
    }
}
