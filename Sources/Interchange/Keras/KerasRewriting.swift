import JSON
import NN

/// A model of Keras's with what this program's reader of definitions takes no other way: names in the letters that are
/// allowed, outputs as a list, arithmetic in 32 bits.
struct KerasRewriting {
    /// What was changed that a person wants to know.
    var notes: [String] = []
    /// What can't be kept.
    var faults: [InterchangeError.Fault] = []
    /// New names of layers, by the place of the model that they are part of.
    private(set) var names: [String: [String: String]] = [:]
    /// Whether what is written is a layer within a layer, behind which none can stand.
    var isWithin = false
    /// Whether layers that prepare data are written as others in their place.
    let replacesFronts: Bool

    /// A rewriting.
    init(replacesFronts: Bool = false) { self.replacesFronts = replacesFronts }

    /// Rewrites a model.
    ///
    /// - Parameters:
    ///   - model: As Keras wrote it.
    ///   - name: The name that it is to have.
    ///   - version: The version of Keras that wrote it; nil where nobody says.
    /// - Returns: The model.
    mutating func model(_ model: JSONValue, named name: String, version: String?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for member in model.members where !["name", "keras_version", "compile_config", "seed"].contains(member.key)
            {
                json.key(member.key)
                if member.key == "config" {
                    self.model(of: model, member.value, within: [:], isRoot: true, to: &json)
                } else {
                    json.write(member.value)
                }
            }
            json.field("name", name)
            json.field("keras_version", ifPresent: version ?? (try? model["keras_version"]?.string()) ?? nil)
        }
        check(model)
        return json.bytes
    }

    /// Writes what a model holds.
    private mutating func model(
        of model: JSONValue,
        _ config: JSONValue,
        within outer: [String: String],
        isRoot: Bool,
        to json: inout JSONWriter
    ) {
        let layers = (config["layers"] ?? config).elements.map { $0 }
        let names = allowedNames(of: layers, config, isRoot: isRoot)
        self.names[model.pointer] = names
        let isOuterWithin = isWithin
        isWithin = false
        defer { isWithin = isOuterWithin }
        let behind = activations(of: layers, names)
        let references = names.merging(behind) { _, new in new }
        guard config.kind == .object else {
            // As Keras before 2.2.3 wrote a Sequential.
            return json.array { json in
                for layer in layers { self.layer(layer, names, references, behind, to: &json) }
            }
        }
        json.object { json in
            for member in config.members {
                if isRoot, member.key == "name" { continue }
                json.key(member.key)
                switch member.key {
                case "layers":
                    json.array { json in
                        for layer in layers { self.layer(layer, names, references, behind, to: &json) }
                    }
                case "input_layers": results(member.value, names, isRoot: isRoot, to: &json)
                case "output_layers": results(member.value, references, isRoot: isRoot, to: &json)
                case "name": write(member.value, outer, isName: true, to: &json)
                default: json.write(member.value)
                }
            }
            if isRoot { json.field("name", "model") }
        }
    }

    /// Writes a layer of a model, and behind it one that is given as its activation.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - names: The names of the model's layers.
    ///   - references: The layers that give what each of them gave.
    ///   - behind: The names of the layers that are activations.
    ///   - json: Where to.
    private mutating func layer(
        _ layer: JSONValue,
        _ names: [String: String],
        _ references: [String: String],
        _ behind: [String: String],
        to json: inout JSONWriter
    ) {
        self.layer(layer, names, references, to: &json)
        let name = KerasClasses.layerName(layer)
        guard let own = behind[name] else { return }
        writeActivation(of: layer, names[name] ?? name, as: own, to: &json)
    }

    private mutating func layer(
        _ layer: JSONValue,
        _ names: [String: String],
        _ references: [String: String],
        to json: inout JSONWriter
    ) {
        guard layer.kind == .object else { return json.write(layer) }
        check(layer)
        if replacesFronts, Self.isReplaced(layer) { return writeStandIn(for: layer, names, references, to: &json) }
        // What joins the features of a FeatureSpace.
        let joins = KerasClasses.name(of: layer) == "TFDConcat"
        let operation = KerasOperation(layer)
        json.object { json in
            for member in layer.members {
                json.key(member.key)
                switch member.key {
                case "class_name" where joins: json.write("Concatenate")
                case "class_name" where operation != nil: json.write(operation?.className ?? "")
                case "config" where operation != nil: write(operation, of: layer, names, to: &json)
                case "class_name" where Self.isWrapped(layer):
                    json.write(KerasClasses.name(of: layer["config"]?["activation"] ?? layer))
                case "name": write(member.value, names, isName: true, to: &json)
                case "inbound_nodes": write(member.value, references, isName: false, to: &json)
                case "config" where Self.isWrapped(layer): wrapped(layer, names, to: &json)
                case "config":
                    if KerasClasses.models.contains(KerasClasses.name(of: layer)) {
                        model(of: layer, member.value, within: names, isRoot: false, to: &json)
                    } else {
                        arguments(member.value, names, of: layer, to: &json)
                    }
                default: json.write(member.value)
                }
            }
        }
    }

    /// Writes the arguments of the layer that stands for an operation.
    private func write(
        _ operation: KerasOperation?,
        of layer: JSONValue,
        _ names: [String: String],
        to json: inout JSONWriter
    ) {
        let name = KerasClasses.layerName(layer)
        json.object { json in
            json.field("name", names[name] ?? name)
            for argument in operation?.arguments ?? [] {
                json.key(argument.key)
                argument.value.write(to: &json)
            }
        }
    }

    private mutating func arguments(
        _ config: JSONValue,
        _ names: [String: String],
        of layer: JSONValue,
        to json: inout JSONWriter
    ) {
        guard config.kind == .object else { return json.write(config) }
        json.object { json in
            for member in config.members {
                json.key(member.key)
                switch member.key {
                case "name": write(member.value, names, isName: true, to: &json)
                case "activation" where member.value.kind == .object:
                    json.write(Self.word(for: member.value) ?? "linear")
                    check(activation: member.value, of: layer)
                case "seed" where !member.value.isNull: noteSeed(of: layer, to: &json)
                case "dtype": type(member.value, of: layer, to: &json)
                case "batch_shape", "batch_input_shape": batchShape(member.value, of: layer, to: &json)
                case "layer", "backward_layer", "forward_layer", "cell":
                    if member.value.kind == .object {
                        let isOuterWithin = isWithin
                        isWithin = true
                        self.layer(member.value, [:], [:], to: &json)
                        isWithin = isOuterWithin
                    } else {
                        json.write(member.value)
                    }
                default: json.write(member.value)
                }
            }
        }
    }

    /// Writes the shape of a batch, which has any number of rows here.
    private mutating func batchShape(_ value: JSONValue, of layer: JSONValue, to json: inout JSONWriter) {
        guard value[0]?.kind == .number else { return json.write(value) }
        let className = KerasClasses.name(of: layer)
        notes.append(
            "\(className) \"\(KerasClasses.layerName(layer))\" takes any number of rows, not \(value[0]?.source ?? "so many") alone"
        )
        json.array { json in
            json.null()
            for extent in value.elements.dropFirst() { json.write(extent) }
        }
    }

    /// Writes a value in which names of layers may stand, alone or at the head of `[layer, call, result]`.
    func write(_ value: JSONValue, _ names: [String: String], isName: Bool, to json: inout JSONWriter) {
        switch value.kind {
        case .string where isName: json.write((try? value.string()).map { names[$0] ?? $0 } ?? "")
        case .array:
            let isResult = value[0]?.kind == .string && value[1]?.kind == .number && value[2]?.kind == .number
            json.array { json in
                for (place, element) in value.elements.enumerated() {
                    write(element, names, isName: isResult && place == 0, to: &json)
                }
            }
        case .object:
            json.object { json in
                for member in value.members {
                    json.key(member.key)
                    write(member.value, names, isName: false, to: &json)
                }
            }
        default: json.write(value)
        }
    }

    // MARK: Names

    /// Writes the inputs or outputs of a model; those of the model itself as a list, whose names the layers have got.
    private func results(
        _ value: JSONValue,
        _ names: [String: String],
        isRoot: Bool,
        to json: inout JSONWriter
    ) {
        guard isRoot, value.kind == .object else { return write(value, names, isName: false, to: &json) }
        json.array { json in
            for member in value.members.sorted(by: { $0.key < $1.key }) {
                write(member.value, names, isName: false, to: &json)
            }
        }
    }

    /// New names for the layers of a model that need one.
    private mutating func allowedNames(of layers: [JSONValue], _ config: JSONValue, isRoot: Bool) -> [String: String] {
        let own = layers.map(KerasClasses.layerName)
        var taken = Set(own)
        var names: [String: String] = [:]
        for key in isRoot ? ["input_layers", "output_layers"] : [] {
            guard let given = config[key], given.kind == .object else { continue }
            // The tensors keep the names that the file gives them.
            for (name, result) in given.members.sorted(by: { $0.key < $1.key }) {
                guard let layer = try? result[0]?.string(), (try? result[1]?.int()) == 0, (try? result[2]?.int()) == 0,
                    names[layer] == nil, layer != name
                else { continue }
                guard Self.isAllowed(name), taken.insert(name).inserted else {
                    notes.append(
                        "\(key == "input_layers" ? "input" : "output") \"\(name)\" is called \"\(layer)\" here"
                    )
                    continue
                }
                names[layer] = name
            }
        }
        for name in own where !name.isEmpty && names[name] == nil && !Self.isAllowed(name) {
            let new = AutomaticName.free(Self.allowed(name), taken: taken)
            taken.insert(new)
            names[name] = new
            notes.append(
                "layer \"\(name.prefix(60))\" is called \"\(new.prefix(60))\" here, whose names have letters of ASCII, digits, _, - and . alone"
            )
        }
        return names
    }

    /// Whether a name may stay.
    static func isAllowed(_ name: String) -> Bool { name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._-]{0,127}/) != nil }

    private static func allowed(_ name: String) -> String {
        let letters = name.unicodeScalars.map { letter -> Character in
            let isKept =
                letter.isASCII && (letter.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(letter))
            return isKept ? Character(letter) : "_"
        }
        let text = String(letters.prefix(100))
        return text.first.map { "-.".contains($0) } ?? true ? "_" + text : text
    }

    // MARK: What can't be kept

    private mutating func check(_ object: JSONValue) {
        let className = KerasClasses.name(of: object)
        let name = KerasClasses.layerName(object)
        if KerasClasses.programs.contains(className) {
            faults.append(
                InterchangeError.Fault(
                    at: object.pointer,
                    "\(className) \"\(name)\" holds a program, which is never run; build the model without it, of layers"
                )
            )
        } else if let registered = try? object["registered_name"]?.string(), registered.contains(">") {
            faults.append(
                InterchangeError.Fault(
                    at: object.pointer,
                    "layer \"\(name)\" is of a class of its own, \(registered); only Keras's own layers are read"
                )
            )
        } else if let constant = KerasOperation.constant(of: object)?.value, KerasOperation(object) == nil {
            faults.append(
                InterchangeError.Fault(
                    at: object.pointer,
                    "\(className) \"\(name)\" is an operation on a tensor and a constant, \(constant.source), which is not "
                        + "read; use layers in its place"
                )
            )
        }
    }

    /// Writes a layer's `dtype`: all arithmetic is in 32 bits.
    private mutating func type(_ value: JSONValue, of layer: JSONValue, to json: inout JSONWriter) {
        let className = KerasClasses.name(of: layer)
        let policy = (try? (value["config"]?["name"] ?? value).string()) ?? ""
        let kind = (try? value["class_name"]?.string()) ?? "DTypePolicy"
        let floats = ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"]
        if !["DTypePolicy", "Policy", "FloatDTypePolicy"].contains(kind) || policy.contains("int8_from")
            || policy.contains("float8")
        {
            faults.append(
                InterchangeError.Fault(
                    at: value.pointer,
                    "\(className) \"\(KerasClasses.layerName(layer))\" has the policy \(policy.isEmpty ? kind : policy); save the model before it is quantized"
                )
            )
            json.write("float32")
        } else if floats.contains(policy) {
            if className != "InputLayer" {
                notes.append(
                    "\(className) \"\(KerasClasses.layerName(layer))\" computes in float32 here, in place of \(policy)"
                )
            }
            json.write("float32")
        } else {
            json.write(value)
        }
    }
}
