import Interchange
import JSON
import ModelStore
import NN

/// The models: what may be defined, and what is known about each.
struct ModelCatalog: Sendable {
    let store: Store
    let networks: NetworkCache
    let predictor: Predictor
    let threads: BlockingThreads
    let files: FileReading
    /// The most bytes of a definition.
    let heldBytes: Int

    init(_ parts: Parts) {
        store = parts.store
        networks = parts.networks
        predictor = parts.predictor
        threads = parts.threads
        files = parts.files
        heldBytes = parts.heldBodyBytes
    }

    /// Checks a definition and changes nothing.
    ///
    /// - Throws: `FaultyInput` with every fault.
    func check(_ body: JSONValue) async throws -> ModelSummary {
        try await threads.run {
            let (defined, notes) = try model(of: body)
            return ModelSummary(checked: defined, notes: notes)
        }
    }

    /// Defines a model.
    ///
    /// - Parameters:
    ///   - body: The definition.
    ///   - key: A key under which the request is carried out once; a repetition gets the first answer again.
    /// - Returns: The answer, with the model's summary.
    /// - Throws: `FaultyInput` with every fault, `StoreError.conflict` where the name is taken, `.keyReused` where the
    ///   key came with another body.
    func define(_ body: JSONValue, once key: AnswerKey?) async throws -> FirstAnswer {
        let (defined, notes) = try await threads.run { try model(of: body) }
        @Sendable func created(_ model: StoredModel) -> FirstAnswer {
            FirstAnswer(status: 201, location: "/models/\(model.name)", ModelSummary(defined, model, notes: notes))
        }
        return try await threads.run {
            let (name, text) = (defined.name, defined.definition)
            guard let key else { return created(try store.models.insert(name: name, definition: text)) }
            return FirstAnswer(
                try store.models.insert(name: name, definition: text, once: key) { created($0).stored }
            )
        }
    }

    /// The model that a client defines, with what was changed of it.
    private func model(of body: JSONValue) throws -> (defined: DefinedModel, notes: [String]) {
        func named(_ model: DefinedModel, _ notes: [String]) throws -> (defined: DefinedModel, notes: [String]) {
            try NameRule.check(model.name, of: "model")
            return (model, notes)
        }
        do {
            return try named(DefinedModel(SchemaPreset.expanded(body, store), limits: networks.limits), [])
        } catch let error as FaultyInput {
            // What is read of a file of Keras's is read of its text too.
            guard let text = KerasText(body), let read = try? DefinedModel(text.definition, limits: networks.limits)
            else { throw error }
            return try named(read, text.notes)
        }
    }

    /// What is known about a model; throws `StoreError.notFound`.
    func find(_ name: String) async throws -> ModelSummary {
        try await threads.run {
            let model = try store.models.find(name)
            return ModelSummary(try networks.model(of: model, state: store.newestState(of: model)), model)
        }
    }

    /// All models by name.
    func list() async throws -> [ModelSummary] {
        try await threads.run {
            var models: [StoredModel] = []
            repeat {
                let page = try store.models.list(limit: Self.pageSize, after: models.last?.name)
                models += page
                if page.count < Self.pageSize { break }
            } while true
            return try models.map { model in
                ModelSummary(try networks.model(of: model, state: store.newestState(of: model)), model)
            }
        }
    }

    /// Removes a model with all its versions.
    ///
    /// - Throws: `StoreError.conflict` while an unfinished job uses it.
    func delete(_ name: String) async throws {
        try await threads.run { try store.models.delete(name) }
        predictor.forget(model: name)
    }

    private static let pageSize = 1000
}

extension Store {
    /// What the front of a model's newest version has learned; nil where there is no version, or it learned nothing.
    fileprivate func newestState(of model: StoredModel) throws -> String? {
        guard model.newestVersion > 0 else { return nil }
        do {
            return try versions.find(model: model.name).front
        } catch .notFound {
            return nil
        }
    }
}
