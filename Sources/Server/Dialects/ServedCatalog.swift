import ModelStore

/// What dialects tell of the stored models: their versions, and what they take and give.
struct ServedCatalog: Sendable {
    private let store: Store
    private let networks: NetworkCache
    private let threads: BlockingThreads

    init(_ parts: Parts) {
        (store, networks, threads) = (parts.store, parts.networks, parts.threads)
    }

    /// A model.
    struct Entry: Sendable {
        let name: String
        /// What tells it from others of its name, as `StoredModel.identifier`.
        let identifier: Int64
        /// The numbers of its versions, newest first; 0 alone for the initial weights.
        let versions: [Int]
        /// The version that was asked for, else all.
        let wanted: [Int]
        /// What it takes and gives.
        let signature: ModelSignature
    }

    private static let pageSize = 1000

    /// The names of all models; throws what keeps the store from being read.
    func names() async throws -> [String] { try await threads.run { try store.models.names() } }

    /// All models with all their versions.
    func entries() async throws -> [Entry] {
        try await threads.run {
            var entries: [Entry] = []
            while true {
                let page = try store.models.list(limit: Self.pageSize, after: entries.last?.name)
                entries += try page.map { try entry($0, .newest, isSingle: false) }
                if page.count < Self.pageSize { return entries }
            }
        }
    }

    /// A model with the version that is meant, or all where none is named.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func entry(_ name: String, _ reference: VersionReference) async throws -> Entry {
        try await threads.run {
            try entry(store.models.find(name), reference, isSingle: reference != .newest)
        }
    }

    private func entry(_ model: StoredModel, _ reference: VersionReference, isSingle: Bool) throws -> Entry {
        var versions: [Int] = []
        while true {
            let page = try store.versions.list(model: model.name, limit: Self.pageSize, before: versions.last)
            versions += page.map(\.number)
            if page.count < Self.pageSize { break }
        }
        let number = isSingle ? try store.version(of: reference, model: model.name).number ?? 0 : versions.first ?? 0
        let state = number > 0 ? try store.versions.find(model: model.name, number: number).front : nil
        let all = versions.isEmpty ? [0] : versions
        return Entry(
            name: model.name,
            identifier: model.identifier,
            versions: all,
            wanted: isSingle ? [number] : all,
            signature: ModelSignature(try networks.model(of: model, state: state))
        )
    }
}
