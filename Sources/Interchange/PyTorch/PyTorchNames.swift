import JSON
public import NN

/// The weights of a network under the names and in the layouts of a PyTorch `state_dict`.
///
/// A tensor is `MODULE.PARAMETER`, where MODULE with `.` replaced by `_` is a layer's name, or a map says which layer it
/// is. `num_batches_tracked` says nothing here and is passed over. What no name can tell: a `Linear` behind a flattened
/// picture has its rows in the order channels, height, width; a `Dense` here in the order height, width, channels.
public struct PyTorchNames {
    private let layers: [(module: String, layer: String, weights: [TorchWeight])]
    private let modules: [String: String]

    /// The names for a network.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - modules: Which layer a module is, by the module's name as in `features.0`, where its name doesn't say it.
    /// - Throws: `InterchangeError` with each layer that no module can hold, and each fault of `modules`.
    public init(_ network: Network, modules: [String: String] = [:]) throws(InterchangeError) {
        var faults: [InterchangeError.Fault] = []
        let layers = TorchLayer.all(of: network)
        let names = Set(layers.map(\.name))
        var moduleOf: [String: String] = [:]
        for (module, layer) in modules.sorted(by: { $0.key < $1.key }) {
            if !names.contains(layer) {
                faults.append(
                    .init(
                        at: "",
                        "module \"\(module)\": the model has no layer \"\(layer)\" with weights; it has \(names.listed)"
                    )
                )
            } else if let other = moduleOf.updateValue(module, forKey: layer) {
                faults.append(
                    .init(at: "", "modules \"\(other)\" and \"\(module)\" are both said to be layer \"\(layer)\"")
                )
            }
        }
        var found: [(module: String, layer: String, weights: [TorchWeight])] = []
        for layer in layers {
            guard let weights = TorchModules.byType[layer.type] else {
                faults.append(
                    .init(at: "", "layer \"\(layer.name)\": PyTorch has no module with the weights of \(layer.type)")
                )
                continue
            }
            do {
                found.append((moduleOf[layer.name] ?? layer.name, layer.name, try weights(layer)))
            } catch {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw InterchangeError(faults) }
        self.layers = found
        self.modules = modules
    }

    /// The tensors of a `state_dict` as the network's weights.
    ///
    /// - Parameter entries: The tensors under PyTorch's names, in any order.
    /// - Returns: The weights under this program's names.
    /// - Throws: `InterchangeError` with every tensor that is missing, unknown or of another shape.
    public func weights(of entries: [WeightsFile.Entry]) throws(InterchangeError) -> [WeightsFile.Entry] {
        var given: [String: [String: WeightsFile.Entry]] = [:]
        var moduleOf: [String: String] = [:]
        var faults: [InterchangeError.Fault] = []
        func fault(_ message: String) { faults.append(.init(at: "", message)) }
        for entry in entries where !entry.name.hasSuffix(".num_batches_tracked") {
            guard let dot = entry.name.lastIndex(of: ".") else {
                fault(
                    "tensor \"\(entry.name)\" \(entry.tensor.shape) has no module; expected a name as in \"conv.weight\""
                )
                continue
            }
            let module = String(entry.name[..<dot])
            let layer = modules[module] ?? String(module.map { $0 == "." ? "_" : $0 })
            if let other = moduleOf.updateValue(module, forKey: layer), other != module {
                fault(
                    "modules \"\(other)\" and \"\(module)\" are both layer \"\(layer)\"; say in \"map\" which is which"
                )
            }
            given[layer, default: [:]][String(entry.name[entry.name.index(after: dot)...])] = entry
        }
        var weights: [WeightsFile.Entry] = []
        for (module, layer, expected) in layers {
            for weight in expected {
                var tensors: [Tensor] = []
                for (name, shape) in zip(weight.names, weight.shapes) {
                    let full = "\(moduleOf[layer] ?? module).\(name)"
                    guard let entry = given[layer]?.removeValue(forKey: name) else {
                        fault("tensor \"\(full)\" \(shape) is missing, for \"\(layer)/\(weight.name)\"")
                        continue
                    }
                    guard entry.tensor.shape == shape else {
                        fault("tensor \"\(full)\" is \(entry.tensor.shape), \"\(layer)/\(weight.name)\" needs \(shape)")
                        continue
                    }
                    tensors.append(entry.tensor)
                }
                if tensors.count == weight.names.count {
                    weights.append(WeightsFile.Entry("\(layer)/\(weight.name)", weight.join(tensors)))
                }
            }
        }
        let known = Set(layers.map(\.layer))
        for (layer, tensors) in given.sorted(by: { $0.key < $1.key }) {
            for entry in tensors.values.sorted(by: { $0.name < $1.name }) {
                let reason =
                    known.contains(layer)
                    ? "layer \"\(layer)\" has no such weight"
                    : "the model has no layer \"\(layer)\" with weights; it has \(known.listed), and \"map\" says which module is which"
                fault("tensor \"\(entry.name)\" \(entry.tensor.shape) is not part of the model: \(reason)")
            }
        }
        guard faults.isEmpty else { throw InterchangeError(faults) }
        return weights
    }

    /// The network's weights as the tensors of a `state_dict`.
    ///
    /// - Parameter entries: The weights under this program's names, all of them.
    /// - Returns: The tensors in the order of the layers.
    public func tensors(of entries: [WeightsFile.Entry]) -> [WeightsFile.Entry] {
        let given = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.tensor) })
        return layers.flatMap { module, layer, weights in
            weights.flatMap { weight -> [WeightsFile.Entry] in
                guard let tensor = given["\(layer)/\(weight.name)"] else { return [] }
                return zip(weight.names, weight.split(tensor)).map { WeightsFile.Entry("\(module).\($0)", $1) }
            }
        }
    }
}

extension TorchLayer {
    /// The layers of a network that have weights of their own, in its order.
    fileprivate static func all(of network: Network) -> [TorchLayer] {
        var definitions: [String: JSONValue] = [:]
        var json = JSONWriter()
        network.definition.write(to: &json)
        if let layers = (try? JSONDocument(parsing: json.bytes))?.root["layers"]?.elements {
            for layer in layers { if let name = try? layer["name"]?.string() { definitions[name] = layer } }
        }
        return network.layers.compactMap { summary in
            let weights = network.parameters.filter { $0.name.hasPrefix(summary.name + "/") }.map {
                Weight(name: String($0.name.dropFirst(summary.name.count + 1)), shape: $0.shape)
            }
            guard !weights.isEmpty, let definition = definitions[summary.name] else { return nil }
            return TorchLayer(definition, named: summary.name, weights: weights)
        }
    }
}

extension Set<String> {
    /// The names in order, quoted, as a sentence takes them.
    fileprivate var listed: String { sorted().map { "\"\($0)\"" }.joined(separator: ", ") }
}
