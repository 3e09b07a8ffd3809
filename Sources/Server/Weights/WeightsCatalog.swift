import HTTP
import ModelStore
import NN

/// The weights of models as files in the safetensors format.
struct WeightsCatalog: Sendable {
    let store: Store
    let networks: NetworkCache
    let predictor: Predictor
    let threads: BlockingThreads

    init(_ parts: Parts) {
        store = parts.store
        networks = parts.networks
        predictor = parts.predictor
        threads = parts.threads
    }

    /// The name of a version, and the tag of its file: the digest of its weights, which give the file's bytes.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model, version or alias.
    func tag(of name: String, version: VersionReference) async throws -> (version: VersionName, tag: EntityTag) {
        try await threads.run { try currentTag(of: name, version) }
    }

    /// A version's weights as a file; 0 stands for the initial ones.
    ///
    /// - Throws: `StoreError.notFound` where there is no such model or version.
    func file(of name: String, version: VersionName) async throws -> [UInt8] {
        try await threads.run {
            let loaded = try store.versions.loaded(model: name, version)
            let network = try networks.network(of: loaded.model)
            let tensors = try ModelWeights.tensors(of: loaded, for: network)
            return ModelWeights.file(tensors, of: network).encoded()
        }
    }

    /// The most bytes that a weights file of a model can have, its header included.
    func greatestFile(of name: String) async throws -> Int {
        try await threads.run {
            let network = try networks.network(of: store.models.find(name))
            return network.parameterCount * MemoryLayout<Double>.stride + Self.greatestHeader
        }
    }

    /// Makes a new version from a file.
    ///
    /// - Parameters:
    ///   - name: The model's name.
    ///   - bytes: The file.
    ///   - check: Told the tag of the newest weights, it throws where they may not be followed; nothing else changes the
    ///     model between that and the new version.
    /// - Returns: The version.
    /// - Throws: `WeightsFileError` where the file is damaged or its tensors are not the model's, and what `check` throws.
    func add(
        to name: String,
        file bytes: [UInt8],
        if check: (@Sendable (EntityTag) throws -> Void)?
    ) async throws -> ModelVersion {
        let version = try await threads.run {
            let new = try newVersion(of: name, file: bytes)
            guard let check else { return try store.versions.insert(new, model: name) }
            while true {
                let newest = try currentTag(of: name, .newest)
                try check(newest.tag)
                if let version = try store.versions.insert(new, model: name, after: newest.version.number ?? 0) {
                    return version
                }
            }
        }
        predictor.renew(model: name)
        return version
    }

    private func newVersion(of name: String, file bytes: [UInt8]) throws -> NewVersion {
        let model = try store.models.find(name)
        let network = try networks.network(of: model)
        let tensors = try WeightsFile(decoding: bytes).tensors(for: ModelWeights.layout(of: network))
        for (parameter, tensor) in zip(network.parameters, tensors) where !tensor.values.allSatisfy(\.isFinite) {
            throw WeightsFileError.mismatch(["tensor \"\(parameter.name)\" has values that are not finite"])
        }
        return NewVersion(
            weights: ModelWeights.stored(tensors, of: network),
            programVersion: ProgramVersion.current,
            modelIdentifier: model.identifier
        )
    }

    private func currentTag(
        of name: String,
        _ reference: VersionReference
    ) throws -> (version: VersionName, tag: EntityTag) {
        let version = try store.version(of: reference, model: name)
        guard version == .initial else {
            return (version, EntityTag(try store.versions.find(model: name, version).weightsSHA256))
        }
        let network = try networks.network(of: store.models.find(name))
        let weights = ModelWeights.stored(network.initialWeights(), of: network)
        return (version, EntityTag(VersionTable.weightsSHA256(weights)))
    }

    /// Room for the header of a weights file: names, shapes and whatever its writer noted there.
    private static let greatestHeader = 16 << 20
}
