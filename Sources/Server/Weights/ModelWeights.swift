import ModelStore
import NN

/// The weights of a network on their way between the store, a weights file and the engine.
enum ModelWeights {
    /// The weights of a version, in the network's order.
    ///
    /// - Throws: `StoreError.notFound` where there is no such version, `.corrupt` where its tensors are damaged or not
    ///   those of the definition.
    static func load(_ network: Network, version: VersionName, from store: Store) throws -> [Tensor] {
        try tensors(of: store.versions.loaded(model: network.definition.name, version), for: network)
    }

    /// The weights of a version that has been read, in the network's order.
    ///
    /// - Throws: `StoreError.corrupt` where its tensors are not those of the definition.
    static func tensors(of loaded: LoadedVersion, for network: Network) throws -> [Tensor] {
        guard let version = loaded.version else { return network.initialWeights() }
        let stored = loaded.weights
        let byName = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0) })
        return try network.parameters.map { parameter in
            guard let tensor = byName[parameter.name], tensor.shape == parameter.shape.extents else {
                throw StoreError.corrupt(
                    "weights of \"\(version.model)\" version \(version.name): tensor \"\(parameter.name)\" is not \(parameter.shape)"
                )
            }
            return Tensor(parameter.shape, tensor.values)
        }
    }

    /// The weights under the names of the network's parameters, as the store takes them.
    static func stored(_ tensors: [Tensor], of network: Network) -> [StoredTensor] {
        zip(network.parameters, tensors).map { parameter, tensor in
            StoredTensor(name: parameter.name, shape: parameter.shape.extents, values: tensor.values)
        }
    }

    /// The weights as a file; the same weights always give the same bytes.
    static func file(_ tensors: [Tensor], of network: Network) -> WeightsFile {
        WeightsFile(zip(network.parameters, tensors).map { WeightsFile.Entry($0.name, $1) })
    }

    /// Where the network's weights lie in a flat buffer.
    static func layout(of network: Network) -> ParameterLayout {
        ParameterLayout(network.parameters.map { ($0.name, $0.shape, $0.trainable) })
    }
}
