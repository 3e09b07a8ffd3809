import JSON
import NN

/// Writes a network as Keras writes a Functional model, with no key that only some of Keras's versions know.
struct KerasConfigWriter {
    /// For whom a configuration is.
    enum Style {
        /// Keras 3.0 and later.
        case third
        /// Keras 2, and Keras 3 where it reads what Keras 2 wrote.
        case second
    }

    /// One call of a layer.
    struct Call {
        let layer: String
        let number: Int
    }

    let network: Network
    let style: Style
    /// What stands before the network.
    let front: KerasFrontWriter
    /// Whether vocabularies that were learned stand beside the configuration.
    private let hasAssets: Bool
    /// Whether what the layers have learned must be known.
    private let needsState: Bool
    /// The inputs and outputs of the model by name.
    private let inputs: [String]
    private let outputs: [String]
    private var layers: [JSONValue]
    /// The calls by their names here.
    var calls: [String: Call] = [:]
    /// The nodes of each layer, as their inputs, by the layer's name.
    private var nodes: [String: [[String]]] = [:]
    /// The names of the layers as Keras takes them.
    let names: KerasNames
    /// The name of an input that no layer stands for; nil where all have one.
    private var unnamedInput: String?
    private var faults: [InterchangeError.Fault] = []
    /// What whoever takes the file should know, a sentence each.
    private(set) var notes: [String]

    /// Layers that Keras has, or that mean the same there.
    private static let known: Set<String> = Set(ModelDefinition.layerTypes).subtracting([
        "PositionEmbedding", "RotaryEmbedding", "SinePositionEncoding", "TokenAndPositionEmbedding",
    ])

    /// Layers that Keras 2 doesn't have.
    private static let newer = Set([
        "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling1D",
        "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D", "GroupQueryAttention", "ReversibleEmbedding",
        "RMSNormalization",
    ]).union(KerasOperation.modules.keys)

    /// Layers that take their inputs as one list.
    static let merging: Set<String> = [
        "Add", "AdditiveAttention", "Attention", "Average", "Concatenate", "Dot", "HashedCrossing", "Maximum",
        "Minimum",
        "Multiply", "Subtract",
    ]

    /// Layers that take a query, a value, a key and a mask.
    static let attending: Set<String> = ["MultiHeadAttention", "GroupQueryAttention"]

    /// The layers of which Keras 3 reads one axis alone in the form of Keras 2.
    private static let overAxes: Set = ["Softmax", "LayerNormalization", "UnitNormalization"]

    /// Arguments that Keras takes with the call of a layer.
    static let flags = ["use_causal_mask", "return_attention_scores"]

    /// Prepares a model.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - style: For whom it is.
    ///   - hasAssets: Whether vocabularies that were learned stand beside the configuration.
    ///   - needsState: Whether what layers have learned must be known.
    /// - Throws: `InterchangeError` where its definition can't be read.
    init(
        _ model: ExportedModel,
        style: Style,
        hasAssets: Bool = false,
        needsState: Bool = true
    ) throws(InterchangeError) {
        network = model.network
        self.style = style
        front = KerasFrontWriter(model)
        notes = front.notes
        (self.hasAssets, self.needsState) = (hasAssets, needsState)
        do throws(JSONSyntaxError) {
            let document = try JSONDocument(parsing: network.definition.written, maximumDepth: 256)
            layers = model.front?.layers ?? document.root["layers"]?.elements.map { $0 } ?? []
        } catch {
            throw InterchangeError("the model's definition can't be read: \(error.description)")
        }
        names = KerasNames(of: layers)
        outputs = network.definition.outputs ?? layers.last.map { [KerasClasses.layerName($0)] } ?? []
        inputs =
            model.front == nil
            ? network.inputs.map(\.name)
            : layers.filter { KerasClasses.name(of: $0) == "InputLayer" }.map(KerasClasses.layerName)
        var last: String?
        if let first = layers.first, KerasClasses.name(of: first) != "InputLayer" {
            let name = AutomaticName.free("input", taken: Set(layers.map(KerasClasses.layerName)))
            unnamedInput = name
            calls[name] = Call(layer: name, number: 0)
            last = name
        }
        for layer in layers {
            let name = KerasClasses.layerName(layer)
            let original = (try? layer["reuse"]?.string()) ?? name
            let given = layer["inputs"].map { $0.elements.compactMap { try? $0.string() } } ?? last.map { [$0] } ?? []
            let inputs = KerasClasses.name(of: layer) == "InputLayer" ? [] : given
            calls[name] = Call(layer: names[original], number: nodes[original]?.count ?? 0)
            nodes[original, default: []].append(inputs)
            last = name
        }
        layers = KerasOrder.sorted(layers, outputs: outputs)
    }

    /// The layers, in the order in which the file lists them.
    var tree: KerasTree { KerasTree(ofShort: layers) }

    /// Writes the model.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - optimizer: What was said of its training; nil for nothing.
    /// - Returns: The configuration as JSON.
    /// - Throws: `InterchangeError` with every layer that Keras can't say.
    mutating func model(
        named name: String,
        compiledBy optimizer: KerasOptimizerWriter? = nil
    ) throws(InterchangeError) -> String {
        var json = JSONWriter()
        json.object { json in
            if style == .third { json.field("module", "keras.src.models.functional") }
            json.field("class_name", "Functional")
            json.key("config")
            json.object { json in
                json.field("name", name)
                json.field("trainable", true)
                json.key("layers")
                json.array { json in
                    if let unnamedInput {
                        let shape = network.definition.inputShape.writtenText
                        input(named: unnamedInput, shape: shape, type: "float32", to: &json)
                    }
                    for layer in layers where layer["reuse"] == nil { write(layer, to: &json) }
                }
                json.key("input_layers")
                json.array { json in for input in inputs { history(input, to: &json) } }
                json.key("output_layers")
                json.array { json in for output in outputs { history(output, to: &json) } }
            }
            if style == .third { json.field("registered_name", "Functional") }
            if style == .third { json.field("keras_version", KerasExport.version) }
            if let optimizer {
                json.key("compile_config")
                optimizer.writeConfig(names, to: &json)
            }
        }
        guard faults.isEmpty else { throw InterchangeError(faults) }
        return json.text
    }

    mutating func fault(_ layer: JSONValue, _ message: String) {
        let className = KerasClasses.name(of: layer)
        faults.append(
            InterchangeError.Fault(
                at: "/definition\(layer.pointer)",
                "\(className) \"\(KerasClasses.layerName(layer))\" \(message)"
            )
        )
    }

    // MARK: Layers

    private func input(named name: String, shape: String, type: String, to json: inout JSONWriter) {
        json.object { json in
            if style == .third { json.field("module", "keras.layers") }
            json.field("class_name", "InputLayer")
            json.key("config")
            json.object { json in
                let given = shape.dropFirst().dropLast()
                // One number or word a row is a vector of one there.
                let extents = given.isEmpty && !front.names.isEmpty ? "1" : given
                let batch = try? JSONDocument(parsing: "[null\(extents.isEmpty ? "" : ",")\(extents)]").root
                json.field(style == .third ? "batch_shape" : "batch_input_shape", ifPresent: batch)
                json.field("dtype", type)
                json.field("sparse", false)
                if style == .second { json.field("ragged", false) }
                json.field("name", names[name])
            }
            if style == .third { json.field("registered_name", String?.none) }
            json.field("name", names[name])
            json.field("inbound_nodes", [String]())
        }
    }

    private mutating func write(_ layer: JSONValue, to json: inout JSONWriter) {
        let className = KerasClasses.name(of: layer)
        let name = KerasClasses.layerName(layer)
        if className == "InputLayer" {
            let shape = (layer["shape"] ?? layer).source
            return input(named: name, shape: shape, type: front.dtype(ofInput: layer), to: &json)
        }
        if front.names.contains(name) {
            if let refusal = front.refusal(of: layer, style, needsState: needsState) { fault(layer, refusal) }
        } else if !Self.known.contains(className) {
            fault(layer, "is a layer that Keras doesn't have")
        }
        if style == .second, Self.newer.contains(className) { fault(layer, "is a layer that Keras 2 doesn't have") }
        if style == .second, Self.overAxes.contains(className), layer["axis"]?.kind == .array {
            fault(layer, "is over several axes, which Keras 3 passes over in this form; take format=keras")
        }
        if layer["shares"] != nil { fault(layer, "shares the table of another layer, which no file of Keras's says") }
        json.object { json in
            head(className, to: &json)
            json.key("config")
            if KerasOperation.modules[className] != nil {
                operation(layer, named: name, to: &json)
            } else if front.names.contains(name) {
                front.write(argumentsOf: layer, named: names[name], style, hasAssets: hasAssets, to: &json)
            } else {
                arguments(layer, named: name, to: &json)
            }
            let isOperation = KerasOperation.modules[className] != nil
            if style == .third { json.field("registered_name", isOperation ? className : nil) }
            json.field("name", names[name])
            json.key("inbound_nodes")
            json.array { json in
                for inputs in nodes[name] ?? [] { node(of: layer, inputs, to: &json) }
            }
        }
    }

    private func head(_ className: String, to json: inout JSONWriter) {
        let module = KerasOperation.modules[className].map { "keras.src.ops.\($0)" }
        if style == .third { json.field("module", module ?? "keras.layers") }
        json.field("class_name", className)
    }

    /// Writes what an operation keeps beside its tensors.
    private func operation(_ layer: JSONValue, named name: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("name", names[name])
            guard KerasClasses.name(of: layer) == "Clip" else { return }
            // Not every backend takes no limit.
            for (key, limit) in [
                ("x_min", -Double(Float.greatestFiniteMagnitude)), ("x_max", Double(Float.greatestFiniteMagnitude)),
            ] {
                json.field(key, (try? layer[key]?.double()) ?? limit)
            }
        }
    }

    private mutating func arguments(_ layer: JSONValue, named name: String, to json: inout JSONWriter) {
        let left: Set<String> = ["type", "name", "inputs", "trainable", "use_gate"]
        json.object { json in
            json.field("name", names[name])
            // Some layers that have no weights don't take it.
            if (try? layer["trainable"]?.bool()) == false, !KerasClasses.name(of: layer).hasPrefix("SpatialDropout") {
                json.field("trainable", false)
            }
            json.field("dtype", "float32")
            for member in layer.members where !left.contains(member.key) && !Self.flags.contains(member.key) {
                argument(member.key, member.value, of: layer, to: &json)
            }
        }
    }

    private mutating func argument(_ key: String, _ value: JSONValue, of layer: JSONValue, to json: inout JSONWriter) {
        if key.hasSuffix("activation"), let activation = try? value.string(), activation.contains("hard_sigmoid") {
            if activation == "hard_sigmoid_keras2" {
                fault(layer, "has Keras 2's hard_sigmoid, which Keras 3 computes otherwise")
            } else if style == .second {
                fault(layer, "has Keras 3's hard_sigmoid, which Keras 2 computes otherwise; take format=keras")
            }
        }
        if key == "stateful", (try? value.bool()) == true {
            // Keras wants to know how many rows there will always be.
            let title = "\(KerasClasses.name(of: layer)) \"\(KerasClasses.layerName(layer))\""
            return notes.append("\(title) begins anew with each call there: a file of Keras's has no sessions")
        }
        if key == "zero_output_for_mask", (try? value.bool()) == false { return }
        // Keras 3 takes the text for the function of that name where it reads what Keras 2 wrote.
        if key == "score_mode", style == .second, (try? value.string()) == "dot" { return }
        if key == "negative_slope", KerasClasses.name(of: layer) == "LeakyReLU", style == .second {
            return json.field("alpha", value)
        }
        json.key(key)
        switch key {
        case _ where value.kind == .object && key.hasSuffix("_initializer"): part(value, "initializers", to: &json)
        case _ where value.kind == .object && key.hasSuffix("_regularizer"): part(value, "regularizers", to: &json)
        case _ where value.kind == .object && key.hasSuffix("_constraint"): part(value, "constraints", to: &json)
        case "layer", "backward_layer": inner(value, of: layer, to: &json)
        case "cell": cell(value, of: layer, to: &json)
        default: json.write(value)
        }
    }

    /// Writes an initializer, regularizer or constraint.
    private func part(_ value: JSONValue, _ module: String, to json: inout JSONWriter) {
        let className = KerasClasses.name(of: value)
        // The class has two names, of which each version knows one; all know the function's.
        if className == "Orthogonal", value["seed"] == nil, (try? value["gain"]?.double()) ?? 1 == 1 {
            return json.write("orthogonal")
        }
        json.object { json in
            if style == .third { json.field("module", "keras.\(module)") }
            json.field("class_name", className == "Orthogonal" ? "OrthogonalInitializer" : className)
            json.key("config")
            json.object { json in
                for member in value.members where member.key != "type" { json.field(member.key, member.value) }
            }
            if style == .third { json.field("registered_name", String?.none) }
        }
    }

    /// Writes a layer within another.
    private mutating func inner(_ value: JSONValue, of layer: JSONValue, to json: inout JSONWriter) {
        let className = KerasClasses.name(of: value)
        if !Self.known.contains(className) || KerasOperation.modules[className] != nil {
            fault(layer, "holds \(className), a layer that Keras doesn't have")
        }
        // Wrappers of Keras 3 want the module of what they hold in every form.
        json.object { json in
            json.field("module", "keras.layers")
            json.field("class_name", className)
            json.key("config")
            arguments(value, named: AutomaticName.of(className: className), to: &json)
            json.field("registered_name", String?.none)
        }
    }

    /// Writes the cell of an `RNN`, or its cells as one that has them.
    private mutating func cell(_ value: JSONValue, of layer: JSONValue, to json: inout JSONWriter) {
        guard value.kind == .array else { return inner(cell: value, 0, of: layer, to: &json) }
        json.object { json in
            json.field("module", "keras.layers")
            json.field("class_name", "StackedRNNCells")
            json.key("config")
            json.object { json in
                json.field("name", "stacked_rnn_cells")
                json.field("trainable", true)
                json.field("dtype", "float32")
                json.key("cells")
                json.array { json in
                    for (place, cell) in value.elements.enumerated() { inner(cell: cell, place, of: layer, to: &json) }
                }
            }
            json.field("registered_name", String?.none)
        }
    }

    private mutating func inner(cell: JSONValue, _ place: Int, of layer: JSONValue, to json: inout JSONWriter) {
        let className = KerasClasses.name(of: cell)
        json.object { json in
            json.field("module", "keras.layers")
            json.field("class_name", className)
            json.key("config")
            let name = AutomaticName.of(className: className)
            json.object { json in
                json.field("name", place == 0 ? name : "\(name)_\(place)")
                json.field("trainable", (try? cell["trainable"]?.bool()) ?? true)
                json.field("dtype", "float32")
                let sequence: Set<String> = [
                    "type", "trainable", "return_sequences", "return_state", "go_backwards", "stateful",
                    "zero_output_for_mask", "unroll",
                ]
                for member in cell.members where !sequence.contains(member.key) {
                    argument(member.key, member.value, of: layer, to: &json)
                }
            }
            json.field("registered_name", String?.none)
        }
    }
}
