import ModelStore
import NN
import Synchronization

/// The model versions that are ready to answer, kept by recent use under a bound on their memory.
final class ServedModels: Sendable {
    private let loader: ModelLoader
    private let state: Mutex<State>

    fileprivate struct Key: Hashable {
        let name: String
        let version: Int
    }

    fileprivate struct Entry {
        let model: ServedModel
        var lastUse: UInt64
    }

    /// What a client may call a version of a model, other than by its number.
    fileprivate struct Name: Hashable {
        let name: String
        let reference: VersionReference
    }

    /// The version that a name stood for at a time.
    fileprivate struct Meaning {
        let version: Int
        let asOf: ContinuousClock.Instant
    }

    /// How long a name is taken to mean the same version: another process on the same data may make a newer one, or move
    /// an alias.
    fileprivate static let meaningLifetime = Duration.seconds(1)
    /// How many names are kept.
    fileprivate static let meaningLimit = 10_000

    fileprivate struct State {
        let byteLimit: Int
        var entries: [Key: Entry] = [:]
        var loading: [Key: Task<ServedModel, any Error>] = [:]
        var meanings: [Name: Meaning] = [:]
        /// Counts uses, which orders them.
        var uses: UInt64 = 0
        /// Counts the changes to models, so that what was read before one is not kept after it.
        var changes: UInt64 = 0
    }

    /// Models from a loader, of which more than `byteLimit` bytes are kept only where the one in use is that large.
    init(loader: ModelLoader, byteLimit: Int) {
        self.loader = loader
        state = Mutex(State(byteLimit: byteLimit))
    }

    /// A model that answers.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func model(_ name: String, version reference: VersionReference) async throws -> ServedModel {
        if let known = state.withLock({ $0.use(name, reference) }) { return known }
        let changes = state.withLock { $0.changes }
        let version = try await loader.number(of: reference, model: name)
        let task = state.withLock { state -> Task<ServedModel, any Error> in
            if state.changes == changes { state.remember(version, as: reference, of: name) }
            return state.task(Key(name: name, version: version)) { [loader] in
                try await loader.load(name, version: version)
            }
        }
        let result = await task.result
        state.withLock { state in
            let key = Key(name: name, version: version)
            guard state.loading[key] == task else { return }
            state.loading[key] = nil
            if case .success(let model) = result, state.changes == changes { state.keep(model, as: key) }
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
            state.entries = state.entries.filter { $0.key.name != name }
            state.loading = state.loading.filter { $0.key.name != name }
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
        guard let version = version(reference, of: name) else { return nil }
        uses += 1
        let key = ServedModels.Key(name: name, version: version)
        entries[key]?.lastUse = uses
        return entries[key]?.model
    }

    private func version(_ reference: VersionReference, of name: String) -> Int? {
        if case .number(let number) = reference { return number }
        let meaning = meanings[ServedModels.Name(name: name, reference: reference)]
        return meaning.flatMap { $0.asOf.duration(to: .now) < ServedModels.meaningLifetime ? $0.version : nil }
    }

    fileprivate mutating func remember(_ version: Int, as reference: VersionReference, of name: String) {
        if case .number = reference { return }
        if meanings.count >= ServedModels.meaningLimit { meanings.removeAll() }
        let key = ServedModels.Name(name: name, reference: reference)
        meanings[key] = ServedModels.Meaning(version: version, asOf: .now)
    }

    fileprivate mutating func task(
        _ key: ServedModels.Key,
        _ load: @escaping @Sendable () async throws -> ServedModel
    ) -> Task<ServedModel, any Error> {
        if let task = loading[key] { return task }
        if let entry = entries[key] { return Task { entry.model } }
        let task = Task(operation: load)
        loading[key] = task
        return task
    }

    fileprivate mutating func keep(_ model: ServedModel, as key: ServedModels.Key) {
        uses += 1
        entries[key] = ServedModels.Entry(model: model, lastUse: uses)
        var bytes = entries.values.reduce(0) { $0 + $1.model.bytes }
        while bytes > byteLimit, entries.count > 1,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            bytes -= oldest.value.model.bytes
            entries[oldest.key] = nil
        }
    }
}
