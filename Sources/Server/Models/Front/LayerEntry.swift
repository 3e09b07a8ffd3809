import Features
import JSON
import NN

/// A layer of a definition's short form, as far as it must be known to tell front layers from trained ones.
struct LayerEntry {
    /// The layer as the client wrote it; nil for the input that `input_shape` stands for.
    let value: JSONValue?
    /// Keras's class name; empty for a layer that is applied again.
    let type: String
    /// The name, given or automatic.
    var name: String
    /// What it takes, as written, or the layer before it.
    var inputs: [String]
    /// What is to become of it.
    var role = Role.trained

    /// What becomes of a layer.
    enum Role {
        /// An input, as clients send it.
        case input
        /// It stands before the differentiated graph.
        case front
        /// It is part of the differentiated graph.
        case trained
    }

    /// The object that holds its arguments: the layer itself, or in Keras's long form its `config`.
    var arguments: JSONValue? { value.map { $0["config"] ?? $0 } }

    /// Whether it is an input whose values aren't numbers of the engine's.
    var isRawInput: Bool {
        guard type == "InputLayer", let dtype = try? arguments?["dtype"]?.string() else { return false }
        return ["string", "image", "audio"].contains(dtype)
    }

    /// Whether it can stand before the graph alone.
    var isFrontOnly: Bool { Self.frontOnly.contains(type) }

    /// Whether it can stand before the graph.
    var mayBeFront: Bool { Self.front.contains(type) }

    private static let front = Set(FrontLayerRegistry.names)
    private static let frontOnly = front.subtracting(ModelDefinition.layerNames)

    /// Reads the layers of a definition; nil where one isn't an object with a type, which the engine's own reading tells.
    static func list(of definition: JSONValue) -> [LayerEntry]? {
        guard let layers = try? definition["layers"]?.array(), layers.count > 0 else { return nil }
        var entries: [LayerEntry] = []
        var taken: Set<String> = []
        for layer in layers {
            guard layer.kind == .object, let entry = LayerEntry(layer) else { return nil }
            entries.append(entry)
            if !entry.name.isEmpty { taken.insert(entry.name) }
        }
        if entries[0].type != "InputLayer" {
            entries.insert(LayerEntry(value: nil, type: "InputLayer", name: "input", inputs: []), at: 0)
        }
        for index in entries.indices where entries[index].name.isEmpty {
            let type = entries[index].type
            let base = type.isEmpty ? entries[index].reuse ?? "layer" : AutomaticName.of(className: type)
            entries[index].name = AutomaticName.free(base, taken: taken)
            taken.insert(entries[index].name)
        }
        for index in entries.indices where entries[index].inputs.isEmpty && entries[index].type != "InputLayer" {
            entries[index].inputs = [entries[index - 1].name]
        }
        return entries
    }

    /// The layer that it applies again.
    private var reuse: String? { value?["reuse"].flatMap { try? $0.string() } }

    private init?(_ layer: JSONValue) {
        guard let type = (layer["type"] ?? layer["class_name"]).map({ try? $0.string() }) ?? "" else { return nil }
        let arguments = layer["config"] ?? layer
        value = layer
        self.type = type
        name = (arguments["name"] ?? layer["name"]).flatMap { try? $0.string() } ?? ""
        inputs = arguments["inputs"].flatMap { try? $0.array().map { name in try name.string() } } ?? []
        if type.isEmpty, layer["reuse"] == nil { return nil }
    }

    private init(value: JSONValue?, type: String, name: String, inputs: [String]) {
        (self.value, self.type, self.name, self.inputs) = (value, type, name, inputs)
    }
}
