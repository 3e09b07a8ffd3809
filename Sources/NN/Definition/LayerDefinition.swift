public import JSON

/// One layer of a definition: its arguments, its name and where its inputs come from.
public struct LayerDefinition: Sendable {
    /// The name, unique in the model; Keras's automatic one where none was given.
    public let name: String
    /// The layers whose results it takes, by name, as `lstm:1` for a further result; nil for the layer before it.
    public let inputs: [String]?
    /// Whether training changes its weights.
    public let trainable: Bool
    /// The earlier layer that is applied again, with its weights; nil where the layer has its own.
    public let reuse: String?

    /// The layer itself.
    let layer: any Layer
    /// What training adds to the loss for the size of its results.
    let activityRegularizer: Regularizer?

    /// Keras's class name, as in `Conv2D`.
    public var type: String { Swift.type(of: layer).type }
}

extension LayerDefinition: Equatable {
    /// Whether both are the same layer with the same arguments, name and inputs.
    public static func == (left: LayerDefinition, right: LayerDefinition) -> Bool {
        (left.name, left.trainable, left.reuse) == (right.name, right.trainable, right.reuse)
            && left.inputs == right.inputs && left.layer.isEqual(to: right.layer)
            && left.activityRegularizer == right.activityRegularizer
    }
}

extension LayerDefinition: JSONWritable {
    /// Writes the short form, `{"type", "name", …}`, or `{"reuse", "name", …}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            if let reuse {
                json.field("reuse", reuse)
                if (layer as? ReversibleEmbeddingLayer)?.isReversed == true { json.field("reverse", true) }
            } else {
                json.field("type", type)
            }
            json.field("name", name)
            json.field("inputs", ifPresent: inputs)
            guard reuse == nil else { return }
            if !trainable { json.field("trainable", false) }
            json.field("activity_regularizer", ifPresent: activityRegularizer)
            layer.write(to: &json)
        }
    }
}

/// The arguments that every layer takes.
struct SharedArguments {
    /// The layer's own name.
    let name: String?
    /// The layers whose results it takes.
    let inputs: [String]?
    /// Whether training changes its weights.
    var trainable: Bool
    /// What training adds to the loss for the size of its results.
    var activityRegularizer: Regularizer?

    init(reading arguments: inout ObjectReader, isInput: Bool) {
        (name, inputs) = Self.place(of: &arguments)
        trainable = arguments.bool("trainable", default: true)
        arguments.dtype(isInput: isInput)
        activityRegularizer = arguments.regularizer("activity_regularizer")
    }

    /// What a layer that is applied again has of its own; the rest it shares with the layer itself.
    init(reuse arguments: inout ObjectReader) {
        (name, inputs) = Self.place(of: &arguments)
        trainable = true
        activityRegularizer = nil
    }

    /// The shared arguments of another call of a layer.
    init(of call: SharedArguments, sharing original: SharedArguments) {
        (name, inputs) = (call.name, call.inputs)
        (trainable, activityRegularizer) = (original.trainable, original.activityRegularizer)
    }

    private static func place(of arguments: inout ObjectReader) -> (name: String?, inputs: [String]?) {
        let name = arguments.optionalValue("name") == nil ? nil : arguments.name("name")
        let inputs = arguments.has("inputs") ? arguments.strings("inputs", default: []) : nil
        if inputs?.isEmpty == true {
            arguments.fault(at: "inputs", "expected the names of one layer or more, found none")
        }
        return (name, inputs)
    }
}

extension ObjectReader {
    /// What an input may hold beside `float32`: whole numbers, which a `float32` holds up to 16,777,216.
    private static let wholeTypes = [
        "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool",
    ]

    /// Refuses a `dtype` other than `float32`, and of an input other than that and whole numbers, as a name or as Keras's
    /// `DTypePolicy`.
    fileprivate mutating func dtype(isInput: Bool) {
        guard let value = optionalValue("dtype") else { return }
        let name = value["config"]?["name"] ?? value
        let found = try? name.string()
        if found == "float32" { return }
        if isInput, let found, Self.wholeTypes.contains(found) { return }
        let allowed =
            isInput ? "\"float32\" and the integers, \"int8\" to \"uint64\" and \"bool\", are" : "\"float32\" is"
        fault(at: "dtype", "only \(allowed) supported, found \(name.summary)")
    }
}
