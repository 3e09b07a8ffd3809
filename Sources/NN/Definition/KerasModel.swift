import JSON

/// A model as Keras writes it with `model.to_json()`: Sequential, or Functional with its calls of layers.
///
/// `{"class_name", "config": {"name", "layers": […], "output_layers"}}`, of Keras 3 and of Keras 2, which wrote a call of
/// a layer in another form (see `KerasNode`) and the shape of a sample into the first layer. A model within the model
/// becomes its layers, named after both: `base.dense`.
enum KerasModel {
    /// The classes of models that are read.
    static let classes = ["Sequential", "Functional", "Model"]

    /// Whether a layer as Keras writes it is a model.
    static func isModel(_ value: JSONValue) -> Bool {
        (try? value["class_name"]?.string()).map(classes.contains) ?? false
    }

    /// Reads the model; a layer that is called again becomes a layer that reuses the first call's weights.
    static func draft(reading reader: inout ObjectReader) -> ModelDraft {
        let isOfSecond = reader.object.map(KerasVersion.wroteSecond) ?? false
        return KerasVersion.$isSecond.withValue(isOfSecond) { allDrafts(reading: &reader) }
    }

    private static func allDrafts(reading reader: inout ObjectReader) -> ModelDraft {
        let kind = reader.choice("class_name", among: classes)
        reader.accept("module", "registered_name", "build_config", "compile_config", "keras_version", "backend")
        reader.accept("shared_object_id")
        let seed = ModelDraft.seed(reading: &reader)
        let given = reader.optionalValue("name") == nil ? nil : reader.name("name")
        // Keras before 2.2.3 wrote the layers of a Sequential in place of its configuration.
        if let list = reader.value("config"), list.kind == .array {
            var calls = KerasCalls()
            _ = calls.append(chain: Array(list.elements), in: .root, from: [], &reader.faults)
            let layers = calls.drafts(&reader.faults)
            var draft = ModelDraft(name: given ?? "sequential", seed: seed, layers: layers, outputs: nil)
            draft.inputShape = calls.inputShape(of: Array(list.elements), &reader.faults)
            return draft
        }
        let buildShape = reader.object?["build_config"]?["input_shape"]
        return reader.object("config") { config -> ModelDraft in
            let name = given ?? config.name("name")
            if given != nil { config.accept("name") }
            let parts = KerasParts(reading: &config, isSequential: kind == "Sequential")
            var calls = KerasCalls()
            guard kind != "Sequential" else {
                let scope = parts.isTrainable ? KerasScope.root : KerasScope.root.frozen
                _ = calls.append(chain: parts.layers, in: scope, from: [], &config.faults)
                let layers = calls.drafts(&config.faults)
                var draft = ModelDraft(name: name, seed: seed, layers: layers, outputs: nil)
                let built = config.object?["build_input_shape"] ?? buildShape
                draft.inputShape = calls.inputShape(of: parts.layers, built: built, &config.faults)
                return draft
            }
            let graph = KerasGraph(parts, &config.faults)
            let scope = KerasScope(names: graph.aliases(&config.faults), isFrozen: !parts.isTrainable)
            let outputs = calls.append(graph, in: scope, from: nil, &config.faults)
            let layers = calls.drafts(&config.faults)
            return ModelDraft(name: name, seed: seed, layers: layers, outputs: outputs.isEmpty ? nil : outputs)
        }
    }
}

/// What the configuration of a model holds, of the model that is read or of one within it.
struct KerasParts {
    /// The layers as Keras writes them.
    let layers: [JSONValue]
    /// Whether training changes its weights.
    let isTrainable: Bool
    /// Where the model's inputs and outputs are; nil for a Sequential.
    let inputs: JSONValue?
    let outputs: JSONValue?

    /// Reads everything but the name.
    init(reading config: inout ObjectReader, isSequential: Bool) {
        isTrainable = config.bool("trainable", default: true)
        config.accept("dtype", "build_input_shape", "batch_input_shape", "batch_shape")
        config.accept("input_layers", "output_layers")
        inputs = isSequential ? nil : config.optionalValue("input_layers")
        outputs = isSequential ? nil : config.value("output_layers")
        layers = config.array("layers", count: 1...ModelDraft.greatestLayerCount) { value, _ in value }
    }
}

/// The names under which the layers of a model are listed.
struct KerasScope {
    /// What stands before the names of this call of the model, `base.`.
    var prefix = ""
    /// What stands before those of the model's first call, whose weights the others share.
    var originalPrefix = ""
    /// Other names for some calls of layers: those under which a model's inputs and outputs are known.
    var names: [String: String] = [:]
    /// Whether training leaves all of the weights alone.
    var isFrozen = false
    /// How many models it lies within.
    var depth = 0
    /// How many `TimeDistributed` are around the models.
    var steps = 0

    /// The model that is read.
    static let root = KerasScope()

    /// The same, with weights that stay as they are.
    var frozen: KerasScope {
        var copy = self
        copy.isFrozen = true
        return copy
    }

    /// The same within one `TimeDistributed` more.
    func alongSteps(isTrainable: Bool) -> KerasScope {
        var copy = self
        copy.steps += 1
        copy.isFrozen = isFrozen || !isTrainable
        return copy
    }

    /// The name of a call of a layer.
    func name(_ call: String) -> String { names[call] ?? prefix + call }

    /// The name of the layer's first call.
    func original(_ layer: String) -> String { names[layer] ?? originalPrefix + layer }

    /// The scope of a model within this one, at one of its calls.
    func inside(_ call: String, of layer: String, isTrainable: Bool) -> KerasScope {
        KerasScope(
            prefix: prefix + call + ".",
            originalPrefix: originalPrefix + layer + ".",
            isFrozen: isFrozen || !isTrainable,
            depth: depth + 1,
            steps: steps
        )
    }
}
