import ModelStore

/// How ranks of this process speak to others.
struct RankTransport: Sendable {
    /// The library by which they do.
    let library: RankLibrary
    /// Where others reach this process, as the person says who started it; nil for what the store knows.
    let peer: String?

    /// What stands for this machine alone.
    private static let local = "127.0.0.1"

    /// Where others reach this process.
    func address(_ store: Store) throws(StoreError) -> String {
        if let peer { return peer }
        return try store.ranks.ownAddress() ?? Self.local
    }
}
