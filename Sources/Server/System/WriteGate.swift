import ModelStore

/// Holds requests that write back while the store is known to take nothing, before they are looked at.
struct WriteGate: Sendable {
    let store: Store
    let threads: BlockingThreads

    /// Throws `StoreError.unavailable` where a commit has failed and the disk still takes none.
    func pass() async throws {
        guard !store.isSettled else { return }
        try await threads.run { try store.settle() }
    }
}
