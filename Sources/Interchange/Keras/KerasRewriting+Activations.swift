import JSON
import NN

/// Activations that are layers: `Dense(3, activation=LeakyReLU(0.1))`.
extension KerasRewriting {
    /// The layers behind whose results another one may stand for their activation.
    private static let followed: Set = [
        "Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
        "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D", "Convolution1D", "Convolution2D",
        "Convolution3D",
    ]

    /// The layers that may stand for an activation: those without weights that keep the shape.
    private static let functions: Set = ["LeakyReLU", "ReLU", "ELU", "Softmax", "Activation", "Identity"]

    /// Whether a layer is an `Activation` of a layer, which is then written in its place.
    static func isWrapped(_ layer: JSONValue) -> Bool {
        guard KerasClasses.name(of: layer) == "Activation", let inner = layer["config"]?["activation"] else {
            return false
        }
        return inner.kind == .object && word(for: inner) == nil && functions.contains(KerasClasses.name(of: inner))
    }

    /// Whether a layer's activation becomes a layer behind it.
    static func isFollowed(_ layer: JSONValue) -> Bool {
        guard let inner = layer["config"]?["activation"], inner.kind == .object else { return false }
        return followed.contains(KerasClasses.name(of: layer)) && functions.contains(KerasClasses.name(of: inner))
            && word(for: inner) == nil
    }

    /// The name of the function that a layer is; nil for a function without one.
    static func word(for activation: JSONValue) -> String? {
        let config = activation["config"]
        func number(_ keys: String...) -> Double? {
            keys.compactMap { key in config?[key].flatMap { try? $0.double() } }.first
        }
        switch KerasClasses.name(of: activation) {
        case "function": return try? config?.string()
        case "Activation": return try? config?["activation"]?.string()
        case "Identity": return "linear"
        case "LeakyReLU": return number("negative_slope", "alpha") == 0.2 ? "leaky_relu" : nil
        case "ELU": return number("alpha") ?? 1 == 1 ? "elu" : nil
        case "Softmax": return number("axis") == -1 ? "softmax" : nil
        case "ReLU":
            guard number("negative_slope") ?? 0 == 0, number("threshold") ?? 0 == 0 else { return nil }
            return number("max_value").map { $0 == 6 ? "relu6" : nil } ?? "relu"
        default: return nil
        }
    }

    /// The names of the layers that become of activations, by the names of those that have them.
    func activations(of layers: [JSONValue], _ names: [String: String]) -> [String: String] {
        var taken = Set(layers.map(KerasClasses.layerName)).union(names.values)
        var behind: [String: String] = [:]
        for layer in layers where layer.kind == .object && Self.isFollowed(layer) {
            let name = KerasClasses.layerName(layer)
            guard !name.isEmpty else { continue }
            let new = AutomaticName.free("\(names[name] ?? name)_activation", taken: taken)
            taken.insert(new)
            behind[name] = new
        }
        return behind
    }

    /// Writes the layer that a layer's activation is, which is called wherever that is.
    mutating func writeActivation(
        of layer: JSONValue,
        _ name: String,
        as own: String,
        to json: inout JSONWriter
    ) {
        guard let activation = layer["config"]?["activation"] else { return }
        notes.append(
            "the activation of \(KerasClasses.name(of: layer)) \"\(name)\" is the layer \"\(own)\" here, a \(KerasClasses.name(of: activation))"
        )
        json.object { json in
            json.field("class_name", KerasClasses.name(of: activation))
            json.key("config")
            config(of: activation, named: own, to: &json)
            json.field("name", own)
            guard let calls = layer["inbound_nodes"] else { return }
            json.key("inbound_nodes")
            json.array { json in
                for call in 0..<calls.count {
                    json.array { json in
                        json.array { json in
                            json.write(name)
                            json.write(call)
                            json.write(0)
                            json.object { _ in }
                        }
                    }
                }
            }
        }
    }

    /// Writes the arguments of the layer that an `Activation` wraps.
    func wrapped(_ layer: JSONValue, _ names: [String: String], to json: inout JSONWriter) {
        let name = KerasClasses.layerName(layer)
        config(of: layer["config"]?["activation"] ?? layer, named: names[name] ?? name, to: &json)
    }

    private func config(of activation: JSONValue, named name: String, to json: inout JSONWriter) {
        json.object { json in
            for member in activation["config"].map({ Array($0.members) }) ?? []
            where !["name", "dtype"].contains(member.key) {
                json.field(member.key, member.value)
            }
            json.field("name", name)
        }
    }

    /// Says of an activation that is no function known by name, and can't stand behind its layer, that it can't be kept.
    mutating func check(activation: JSONValue, of layer: JSONValue) {
        guard Self.word(for: activation) == nil, isWithin || !Self.isFollowed(layer) else { return }
        faults.append(
            InterchangeError.Fault(
                at: activation.pointer,
                "\(KerasClasses.name(of: layer)) \"\(KerasClasses.layerName(layer))\" has the layer "
                    + "\(KerasClasses.name(of: activation)) as its activation, which is read where it has no weights, and of "
                    + "layers that apply it to their results alone; put it behind the layer"
            )
        )
    }

    /// Leaves out the seed of a layer that draws random numbers, which follow from a job's.
    mutating func noteSeed(of layer: JSONValue, to json: inout JSONWriter) {
        json.null()
        notes.append(
            "the seed of \(KerasClasses.name(of: layer)) \"\(KerasClasses.layerName(layer))\" is left out: random numbers follow from the seed of a job"
        )
    }
}
