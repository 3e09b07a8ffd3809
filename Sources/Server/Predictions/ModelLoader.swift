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

    /// The number of the version that is meant; 0 for the initial weights.
    ///
    /// - Throws: `StoreError.notFound` for an unknown model or alias.
    func number(of reference: VersionReference, model name: String) async throws -> Int {
        try await threads.run { try store.number(of: reference, model: name) }
    }

    /// Reads a version's weights and compiles its network.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version.
    func load(_ name: String, version: Int) async throws -> ServedModel {
        try await threads.run {
            let network = try networks.network(of: store.models.find(name))
            let weights = try ModelWeights.load(network, version: version, from: store)
            let options = version == 0 ? nil : try store.versions.find(model: name, number: version).options
            return ServedModel(
                name: name,
                version: version,
                labels: try options.flatMap(VersionOptions.labels),
                logitsActivations: try options.map { try VersionOptions.logitsActivations(in: $0, of: network) }
                    ?? network.outputs.map { _ in nil },
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
