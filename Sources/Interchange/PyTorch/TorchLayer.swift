import JSON
import NN

/// A layer that has weights, as PyTorch's modules are told of it.
struct TorchLayer {
    /// One of its weights, named within the layer.
    struct Weight: Sendable {
        /// Its name, as in `kernel` or `forward/kernel`.
        let name: String
        /// Its shape here.
        let shape: Shape
    }

    /// Its name in the model.
    let name: String
    /// Keras's class name, of a wrapper that of the layer inside.
    let type: String
    /// Its arguments, of a wrapper those of the layer inside.
    let arguments: JSONValue
    /// Whether it runs in both directions.
    let isBidirectional: Bool
    /// Its weights in the network's order.
    let weights: [Weight]

    /// A layer of a definition in its short form.
    ///
    /// - Parameters:
    ///   - definition: The layer's object.
    ///   - name: Its name.
    ///   - weights: Its weights.
    init(_ definition: JSONValue, named name: String, weights: [Weight]) {
        var (inner, isBidirectional) = (definition, false)
        while let layer = inner["layer"], let type = try? inner["type"]?.string(), Self.wrappers.contains(type) {
            if type == "Bidirectional" { isBidirectional = true }
            inner = layer
        }
        self.name = name
        self.isBidirectional = isBidirectional
        self.weights = weights
        arguments = inner
        type = (try? inner["type"]?.string()) ?? ""
    }

    private static let wrappers: Set = ["Bidirectional", "TimeDistributed"]

    /// A weight by its name in the layer.
    subscript(_ name: String) -> Weight? { weights.first { $0.name == name } }

    /// Those of these weights that the layer has, each under the name that stands beside it.
    func named(_ names: KeyValuePairs<String, String>) -> [TorchWeight] {
        names.compactMap { name, torch in self[name].map { TorchWeight($0, torch) } }
    }
}
