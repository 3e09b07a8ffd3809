import ModelStore
import NN
import Synchronization

/// The model versions that are ready to answer, kept by recent use under a bound on their memory.
final class ServedModels: Sendable {
    private let loader: ModelLoader
    private let names: NameAge
    private let state: Mutex<State>

    fileprivate struct Entry {
        let model: ServedModel
        var lastUse: UInt64
    }

    /// What a client may call a version of a model.
    fileprivate struct Name: Hashable {
        let name: String
        let reference: VersionReference
    }

    /// What a name stood for at a time.
    fileprivate struct Meaning {
        let identity: VersionIdentity
        let asOf: ContinuousClock.Instant
    }

    /// How long a name is taken to mean the same version: another process on the same data may make a newer one, move an
    /// alias, remove a version, or give a model's name to another model.
    fileprivate static let meaningLifetime = Duration.seconds(1)
    /// How many names are kept.
    fileprivate static let meaningLimit = 10_000

    fileprivate struct Loading {
        let name: String
        let task: Task<ServedModel, any Error>
    }

    fileprivate struct State {
        let byteLimit: Int
        var entries: [VersionIdentity: Entry] = [:]
        var loading: [VersionIdentity: Loading] = [:]
        var meanings: [Name: Meaning] = [:]
        /// Counts uses, which orders them.
        var uses: UInt64 = 0
        /// Counts the changes to models, so that what was read before one is not kept after it.
        var changes: UInt64 = 0
    }

    /// Models from a loader, of which more than `byteLimit` bytes are kept only where the one in use is that large; `names`
    /// is told how old what names mean is.
    init(loader: ModelLoader, byteLimit: Int, names: NameAge) {
        self.loader = loader
        self.names = names
        state = Mutex(State(byteLimit: byteLimit))
    }

    /// A model that answers.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func model(_ name: String, version reference: VersionReference) async throws -> ServedModel {
        if let known = state.withLock({ $0.use(name, reference) }) { return known }
        let changes = state.withLock { $0.changes }
        let identity: VersionIdentity
        do {
            identity = try await loader.identity(of: reference, model: name)
            names.isLookedUp()
        } catch let error as StoreError where error.isTransient {
            // Predictions go on while the store can't be read.
            if let (known, asOf) = state.withLock({ $0.lastKnown(name, reference) }) {
                names.goes(by: asOf)
                return known
            }
            throw error
        }
        let task = state.withLock { state -> Task<ServedModel, any Error> in
            if state.changes == changes { state.remember(identity, as: reference, of: name) }
            return state.task(identity, of: name) { [loader] in
                try await loader.load(name, version: identity.name)
            }
        }
        let result = await task.result
        state.withLock { state in
            guard state.loading[identity]?.task == task else { return }
            state.loading[identity] = nil
            // The name may have gone to another model since; then what was loaded is that one's.
            if case .success(let model) = result, state.changes == changes { state.keep(model) }
        }
        return try result.get()
    }

    /// Lets go of the model that was used least recently; false where there is none.
    func giveUpOne() -> Bool {
        state.withLock { state in
            guard let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return false }
            state.entries[oldest.key] = nil
            return true
        }
    }

    /// Lets go of a model that was deleted.
    func forget(_ name: String) {
        state.withLock { state in
            state.entries = state.entries.filter { $0.value.model.name != name }
            state.loading = state.loading.filter { $0.value.name != name }
            state.meanings = state.meanings.filter { $0.key.name != name }
            state.changes += 1
        }
    }

    /// Looks up a model's newest version and its aliases anew when they are next asked for.
    func renew(_ name: String) {
        state.withLock { state in
            state.meanings = state.meanings.filter { $0.key.name != name }
            state.changes += 1
        }
    }
}

extension ServedModels.State {
    fileprivate mutating func use(_ name: String, _ reference: VersionReference) -> ServedModel? {
        guard let meaning = meanings[ServedModels.Name(name: name, reference: reference)],
            meaning.asOf.duration(to: .now) < ServedModels.meaningLifetime
        else { return nil }
        uses += 1
        entries[meaning.identity]?.lastUse = uses
        return entries[meaning.identity]?.model
    }

    /// What a name stood for when it was last looked up, however long ago.
    fileprivate func lastKnown(
        _ name: String,
        _ reference: VersionReference
    ) -> (model: ServedModel, asOf: ContinuousClock.Instant)? {
        guard let meaning = meanings[ServedModels.Name(name: name, reference: reference)],
            let entry = entries[meaning.identity]
        else { return nil }
        return (entry.model, meaning.asOf)
    }

    fileprivate mutating func remember(
        _ identity: VersionIdentity,
        as reference: VersionReference,
        of name: String
    ) {
        let stale = entries.filter { $0.value.model.name == name && $0.key.model != identity.model }.keys
        for key in stale { entries[key] = nil }
        if meanings.count >= ServedModels.meaningLimit { meanings.removeAll() }
        let key = ServedModels.Name(name: name, reference: reference)
        meanings[key] = ServedModels.Meaning(identity: identity, asOf: .now)
    }

    fileprivate mutating func task(
        _ key: VersionIdentity,
        of name: String,
        _ load: @escaping @Sendable () async throws -> ServedModel
    ) -> Task<ServedModel, any Error> {
        if let known = loading[key] { return known.task }
        if let entry = entries[key] { return Task { entry.model } }
        let task = Task(operation: load)
        loading[key] = ServedModels.Loading(name: name, task: task)
        return task
    }

    fileprivate mutating func keep(_ model: ServedModel) {
        uses += 1
        entries[model.identity] = ServedModels.Entry(model: model, lastUse: uses)
        var bytes = entries.values.reduce(0) { $0 + $1.model.bytes }
        while bytes > byteLimit, entries.count > 1,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            bytes -= oldest.value.model.bytes
            entries[oldest.key] = nil
        }
    }
}
