import ModelStore

/// The versions of models, and the aliases that stand for them.
struct VersionCatalog: Sendable {
    let store: Store
    let predictor: Predictor
    let threads: BlockingThreads

    init(_ parts: Parts) {
        store = parts.store
        predictor = parts.predictor
        threads = parts.threads
    }

    /// A page of a model's versions, newest first.
    ///
    /// - Parameters:
    ///   - model: The model's name.
    ///   - limit: How many at most.
    ///   - after: The last number of the page before; nil for the first page.
    /// - Returns: The page.
    /// - Throws: `StoreError.notFound`.
    func list(of model: String, limit: Int, after: Int?) async throws -> VersionPage {
        try await threads.run {
            // One more than asked for tells whether there is another page.
            let found = try store.versions.list(model: model, limit: limit + 1, before: after)
            let aliases = try store.aliases.list(model: model)
            let page = found.prefix(limit).map { VersionDocument(version: $0, aliases: aliases) }
            return VersionPage(versions: page, next: found.count > limit ? page.last?.version.number : nil)
        }
    }

    /// One version, by number, alias or as a kept epoch; throws `StoreError.notFound`.
    func find(_ reference: String, of model: String) async throws -> VersionDocument {
        try await threads.run {
            let version =
                if let kept = KeptEpoch(reference) {
                    try store.versions.find(model: model, .kept(kept))
                } else {
                    try store.versions.find(model: model, reference: reference)
                }
            return VersionDocument(version: version, aliases: try store.aliases.list(model: model))
        }
    }

    /// Removes a version by its number.
    ///
    /// - Throws: `StoreError.conflict` where an alias stands for it or an unfinished job starts from it.
    func delete(_ number: Int, of model: String) async throws {
        try await threads.run { try store.versions.delete(model: model, number: number) }
        predictor.forget(model: model)
    }

    /// A model's aliases by name; throws `StoreError.notFound`.
    func aliases(of model: String) async throws -> [AliasDocument] {
        try await threads.run { try store.aliases.list(model: model).map(AliasDocument.init) }
    }

    /// Makes an alias or moves it at once: every later answer comes from the new version.
    ///
    /// - Throws: `StoreError.notFound` for an unknown model or version, `.invalid` for a bad name.
    func set(_ alias: String, of model: String, to version: Int) async throws -> AliasDocument {
        try await change(model) { try store.aliases.set(alias, model: model, version: version) }
    }

    /// Moves an alias back to the version it stood for before.
    ///
    /// - Throws: `StoreError.conflict` where it never stood for another one, `.notFound` where that one is gone.
    func rollBack(_ alias: String, of model: String) async throws -> AliasDocument {
        try await change(model) { try store.aliases.rollBack(alias, model: model) }
    }

    /// Removes an alias; its version stays.
    func deleteAlias(_ alias: String, of model: String) async throws {
        try await threads.run { try store.aliases.delete(alias, model: model) }
        predictor.renew(model: model)
    }

    private func change(_ model: String, _ work: @escaping @Sendable () throws -> Alias) async throws -> AliasDocument {
        let alias = try await threads.run(work)
        predictor.renew(model: model)
        return AliasDocument(alias: alias)
    }
}
