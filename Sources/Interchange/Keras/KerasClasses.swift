import JSON
import NN

/// What is known of the classes of Keras's layers beside their arguments: their names in files, and where they keep weights.
enum KerasClasses {
    /// The classes of models.
    static let models: Set<String> = ["Sequential", "Functional", "Model"]

    /// Classes whose layers are programs, which are never run, with what to do in their place.
    static let programs: Set<String> = [
        "Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod", "InstanceMethod",
        "InstanceProperty",
        "__lambda__",
    ]

    /// The class of a layer in Keras's form or in this program's.
    static func name(of layer: JSONValue) -> String {
        (try? (layer["class_name"] ?? layer["type"])?.string()) ?? ""
    }

    /// The arguments of a layer in Keras's form or in this program's.
    static func arguments(of layer: JSONValue) -> JSONValue { layer["config"] ?? layer }

    /// The name of a layer; empty where it has none.
    static func layerName(_ layer: JSONValue) -> String {
        (try? arguments(of: layer)["name"]?.string()) ?? (try? layer["name"]?.string()) ?? ""
    }

    /// The word for a class in the paths of a weights file: `conv2d_transpose` for `Conv2DTranspose`.
    static func word(for className: String) -> String {
        switch className {
        // Its name in Python is another one than in files.
        case "GroupQueryAttention": "grouped_query_attention"
        case "Model": "functional"
        default: AutomaticName.of(className: className)
        }
    }

    /// Where a layer keeps its weights in a weights file, in the order in which this program lists them, below the layer's
    /// own path; each with the paths that may stand in its place.
    static func places(of layer: JSONValue) -> [[String]] {
        let arguments = arguments(of: layer)
        func inside(_ path: String, _ key: String) -> [[String]] {
            guard let inner = arguments[key], inner.kind == .object else { return [[path]] }
            return places(of: inner).map { names in names.map { path + ($0.isEmpty ? "" : "/\($0)") } }
        }
        switch name(of: layer) {
        case "GRU", "LSTM", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D": return [["cell"]]
        case "RNN": return cells(of: arguments)
        case "Bidirectional":
            let hasOwn = arguments["backward_layer"].map { $0.kind == .object } ?? false
            return inside("forward_layer", "layer") + inside("backward_layer", hasOwn ? "backward_layer" : "layer")
        case "TimeDistributed": return inside("layer", "layer")
        case "SpectralNormalization": return inside("layer", "layer") + [[""]]
        case "MultiHeadAttention":
            return ["query", "key", "value", "output"].map { ["\($0)_dense", "_\($0)_dense"] }
        case "GroupQueryAttention", "GroupedQueryAttention":
            return ["query", "key", "value", "output"].map { ["_\($0)_dense", "\($0)_dense"] }
        case let model where models.contains(model): return inner(of: arguments, below: "")
        default: return [[""]]
        }
    }

    /// Whether a layer divides the kernel of the layer inside by a norm, for which it keeps a vector of its own.
    static func isDivided(_ layer: JSONValue) -> Bool { name(of: layer) == "SpectralNormalization" }

    /// What a layer has, in the order of files: a vector that comes first here stands behind what is inside.
    static func inFileOrder<Item>(_ items: [Item], of layer: JSONValue) -> [Item] {
        isDivided(layer) ? Array(items.dropFirst()) + items.prefix(1) : items
    }

    /// The cells of an `RNN`.
    private static func cells(of arguments: JSONValue) -> [[String]] {
        guard let cell = arguments["cell"] else { return [["cell"]] }
        let list = cell.kind == .array ? cell : self.arguments(of: cell)["cells"]
        guard let list, list.kind == .array else {
            // A list of one cell is read as that cell.
            return [["cell", "cell/cells/\(word(for: name(of: cell)))"]]
        }
        return keys(list.elements.map(name)).map { ["cell/cells/\($0)"] }
    }

    /// The layers of a model that stands inside a wrapper.
    private static func inner(of arguments: JSONValue, below path: String) -> [[String]] {
        let layers = (arguments["layers"] ?? arguments).elements.map { $0 }
        return zip(keys(layers.map(name)), layers).flatMap { key, layer in
            places(of: layer).map { names in names.map { "\(path)layers/\(key)" + ($0.isEmpty ? "" : "/\($0)") } }
        }
    }

    /// The names of layers in the paths of a weights file: by class and order, `dense`, `dense_1`.
    static func keys(_ classNames: [String]) -> [String] {
        var counts: [String: Int] = [:]
        return classNames.map { className in
            let word = word(for: className)
            defer { counts[word, default: 0] += 1 }
            let number = counts[word] ?? 0
            return number == 0 ? word : "\(word)_\(number)"
        }
    }
}
