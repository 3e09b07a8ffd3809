import JSON
import ModelStore
import NN

/// The models: what may be defined, what is known about each, and their weights as files.
struct ModelCatalog: Sendable {
    let store: Store
    let networks: NetworkCache
    let predictor: Predictor
    let threads: BlockingThreads

    /// Checks a definition and changes nothing.
    ///
    /// - Throws: `FaultyInput` with every fault.
    func check(_ body: JSONValue) throws -> ModelSummary {
        ModelSummary(checked: try network(of: body))
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
        let network = try network(of: body)
        let definition = network.definition
        @Sendable func created(_ model: StoredModel) -> FirstAnswer {
            FirstAnswer(status: 201, location: "/models/\(model.name)", ModelSummary(network, model))
        }
        return try await threads.run {
            let (name, text) = (definition.name, definition.jsonText)
            guard let key else { return created(try store.models.insert(name: name, definition: text)) }
            return FirstAnswer(
                try store.models.insert(name: name, definition: text, once: key) { created($0).stored }
            )
        }
    }

    private func network(of body: JSONValue) throws(FaultyInput) -> Network {
        try Network(ModelDefinition(body), limits: networks.limits)
    }

    /// What is known about a model; throws `StoreError.notFound`.
    func find(_ name: String) async throws -> ModelSummary {
        try await threads.run {
            let model = try store.models.find(name)
            return ModelSummary(try networks.network(of: model), model)
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
            return try models.map { ModelSummary(try networks.network(of: $0), $0) }
        }
    }

    /// Removes a model with all its versions.
    ///
    /// - Throws: `StoreError.conflict` while an unfinished job uses it.
    func delete(_ name: String) async throws {
        try await threads.run { try store.models.delete(name) }
        predictor.forget(model: name)
    }

    /// A version's weights as a safetensors file, and the version's number.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func weightsFile(of name: String, version: VersionReference) async throws -> (bytes: [UInt8], version: Int) {
        try await threads.run {
            let model = try store.models.find(name)
            let network = try networks.network(of: model)
            let version = try store.number(of: version, model: name)
            let tensors = try ModelWeights.load(network, version: version, from: store)
            return (ModelWeights.file(tensors, of: network).encoded(), version)
        }
    }

    /// The most bytes that a weights file of a model can have, its header included.
    func greatestWeightsFile(of name: String) async throws -> Int {
        try await threads.run {
            let network = try networks.network(of: store.models.find(name))
            return network.parameterCount * MemoryLayout<Float>.stride + Self.greatestHeader
        }
    }

    /// Makes a new version from a safetensors file.
    ///
    /// - Throws: `WeightsFileError` where the file is damaged or its tensors are not the model's.
    func addVersion(of name: String, file bytes: [UInt8]) async throws -> ModelVersion {
        let version = try await threads.run {
            let network = try networks.network(of: store.models.find(name))
            let tensors = try WeightsFile(decoding: bytes).tensors(for: ModelWeights.layout(of: network))
            for (parameter, tensor) in zip(network.parameters, tensors) where !tensor.values.allSatisfy(\.isFinite) {
                throw WeightsFileError.mismatch(["tensor \"\(parameter.name)\" has values that are not finite"])
            }
            let new = NewVersion(
                weights: ModelWeights.stored(tensors, of: network),
                programVersion: ProgramVersion.current
            )
            return try store.versions.insert(new, model: name)
        }
        predictor.renew(model: name)
        return version
    }

    private static let pageSize = 1000

    /// Room for the header of a weights file: names, shapes and whatever its writer noted there.
    private static let greatestHeader = 16 << 20
}
