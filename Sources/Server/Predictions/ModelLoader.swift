import JSON
import ModelStore
import NN

/// Makes stored versions of models ready to answer.
struct ModelLoader: Sendable {
    let store: Store
    let networks: NetworkCache
    let threads: BlockingThreads
    /// The most rows of a batch; a power of two.
    let batchRows: Int
    /// Is told of the batches of every model.
    let metrics: BatchMetrics

    /// Which version of which model is meant.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func identity(of reference: VersionReference, model name: String) async throws -> VersionIdentity {
        try await threads.run {
            switch reference {
            case .newest: try store.versions.identity(newestOf: name)
            case .number(let number): try store.versions.identity(of: number, model: name)
            case .alias(let alias): try store.versions.identity(of: alias, model: name)
            }
        }
    }

    /// Reads a version's weights and compiles its network.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version.
    func load(_ name: String, version: Int) async throws -> ServedModel {
        try await threads.run {
            let loaded = try store.versions.loaded(model: name, number: version)
            let network = try networks.network(of: loaded.model)
            let weights = try ModelWeights.tensors(of: loaded, for: network)
            return ServedModel(
                name: name,
                identity: loaded.identity,
                labels: try (loaded.version?.options).flatMap(VersionOptions.labels),
                model: InferenceModel(try InferencePlans(network, greatestBucket: batchRows), weights: weights),
                metrics: metrics
            )
        }
    }
}

extension Store {
    /// The number of the version that is meant; 0 for the initial weights.
    ///
    /// - Throws: `StoreError.notFound` for an unknown model or alias.
    func number(of reference: VersionReference, model name: String) throws(StoreError) -> Int {
        switch reference {
        case .newest: try models.find(name).newestVersion
        case .number(let number): number
        case .alias(let alias): try versions.find(model: name, reference: alias).number
        }
    }
}
