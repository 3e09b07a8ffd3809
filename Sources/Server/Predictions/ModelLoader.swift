import Features
import JSON
import ModelStore
import NN
import Platform

/// Makes stored versions of models ready to answer.
struct ModelLoader: Sendable {
    let store: Store
    let networks: NetworkCache
    let threads: BlockingThreads
    /// The most rows of a batch; a power of two.
    let batchRows: Int
    /// Is told of the batches of every model.
    let metrics: BatchMetrics
    /// Is told of the requests and batches of each version.
    let statistics: StatisticsRegistry
    /// What models draw on.
    let memory: MemoryBudget

    /// How many times its weights a model takes while it is made: as they are stored, as they are read, as they are
    /// prepared, and the same of those with which its plans were tried.
    private static let loadingFactor = 7

    /// Which version of which model is meant.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func identity(of reference: VersionReference, model name: String) async throws -> VersionIdentity {
        try await threads.run {
            switch reference {
            case .newest: try store.versions.identity(newestOf: name)
            case .number(let number): try store.versions.identity(of: number, model: name)
            case .kept(let kept): try store.versions.identity(of: kept, model: name)
            case .alias(let alias): try store.versions.identity(of: alias, model: name)
            }
        }
    }

    /// Reads a version's weights and compiles its network.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version.
    func load(_ name: String, version: VersionName) async throws -> ServedModel {
        try await threads.run {
            let expected = try expectedParameters(of: name, version: version)
            let bytes = Self.loadingFactor * expected * MemoryLayout<Float>.stride
            guard let held = memory.reserve(bytes, for: .models) else {
                throw MemoryShortage("loading the model \"\(name)\"", needs: bytes, of: memory)
            }
            let loaded = try store.versions.loaded(model: name, version)
            let defined = try networks.model(of: loaded.model, state: loaded.version?.front)
            try defined.requireLearned(version: version)
            let network = defined.network
            let weights = try ModelWeights.tensors(of: loaded, for: network)
            let options = loaded.version?.options
            let statistics = statistics.statistics(of: loaded.identity)
            let model = ServedModel(
                name: name,
                identity: loaded.identity,
                labels: try options.flatMap(VersionOptions.labels),
                logitsActivations: try options.map { try VersionOptions.logitsActivations(in: $0, of: network) }
                    ?? network.outputs.map { _ in nil },
                front: defined.front,
                served: ServedNetwork(
                    InferenceModel(try InferencePlans(network, greatestBucket: batchRows), weights: weights),
                    metrics: metrics,
                    statistics: statistics
                ),
                statistics: statistics,
                memory: held
            )
            _ = held.resize(to: model.bytes)
            return model
        }
    }

    /// How many weights a version has.
    private func expectedParameters(of name: String, version: VersionName) throws -> Int {
        let model = try store.models.find(name)
        let defined = try networks.model(of: model)
        guard defined.front != nil, version != .initial else { return defined.network.parameterCount }
        let state = try store.versions.find(model: name, version).front
        return try networks.model(of: model, state: state).network.parameterCount
    }
}

extension DefinedModel {
    /// Refuses to answer where the front has learned nothing yet.
    func requireLearned(version: VersionName) throws(FaultyInput) {
        guard let front, isOpen || front.hasToLearn else { return }
        let layer = front.nodes.first { ($0.layer as? any LearningFrontLayer)?.hasLearned == false }?.name
        throw FaultyInput(
            Fault(
                pointer: "/model",
                detail:
                    "the layer \"\(layer ?? name)\" of \"\(name)\" has learned nothing yet in version \(version); train the model first"
            )
        )
    }
}

extension Store {
    /// The version that is meant.
    ///
    /// - Throws: `StoreError.notFound` for an unknown model or alias.
    func version(of reference: VersionReference, model name: String) throws(StoreError) -> VersionName {
        switch reference {
        case .newest: .number(try models.find(name).newestVersion)
        case .number(let number): .number(number)
        case .kept(let kept): .kept(kept)
        case .alias(let alias): .number(try versions.find(model: name, reference: alias).number)
        }
    }
}
