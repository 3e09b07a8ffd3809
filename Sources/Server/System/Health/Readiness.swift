import ModelStore
import Synchronization

/// Whether the server is ready for requests: it isn't while it stops, nor where the store can't be written.
final class Readiness: Sendable {
    private let store: Store
    private let threads: BlockingThreads
    private let isDraining = Atomic(false)

    init(store: Store, threads: BlockingThreads) {
        self.store = store
        self.threads = threads
    }

    /// Notes that the server stops.
    func drain() { isDraining.store(true, ordering: .relaxed) }

    /// What a client wants of the server.
    enum Purpose: String, CaseIterable {
        /// Anything.
        case requests
        /// Answers of models, which those in memory give while the store is out of reach.
        case predictions
    }

    /// Why the server isn't ready; nil where it is.
    func problem(for purpose: Purpose = .requests) async throws -> String? {
        if isDraining.load(ordering: .relaxed) { return "the server is stopping" }
        guard purpose == .requests else { return nil }
        return try await threads.run {
            do {
                try self.store.probe()
                return nil
            } catch {
                return "the store can't be written: \(error)"
            }
        }
    }
}
