public import JSON

/// A model as a client defines it: a name, the shape of a sample, a seed and layers with Keras's names and arguments.
///
/// Every argument is valid by itself and every layer has a name; whether the layers fit together is what `Network`
/// checks. Written as JSON and read again, a definition is equal to itself.
public struct ModelDefinition: Sendable, Equatable {
    /// The model's name: letters, digits, `.`, `_` and `-`, starting with a letter or digit.
    public let name: String
    /// The shape of a sample, without the batch, channels last, perhaps with open extents; the first input's where there
    /// are several.
    public let inputShape: OpenShape
    /// The seed from which the first weights follow.
    public let seed: Int
    /// The layers in the order given, at least one; a layer stands after those whose results it takes.
    public let layers: [LayerDefinition]
    /// The layers whose results the model gives, by name, as `lstm:1` for a further result; nil for the last layer.
    public let outputs: [String]?

    /// Whether an input has an extent that differs from row to row.
    public var isOpen: Bool {
        inputShape.isOpen || layers.dropFirst().contains { ($0.layer as? InputLayer)?.shape.isOpen == true }
    }

    /// Every preset that a definition may name in place of layers.
    public static var presets: [String] { Preset.names }

    /// The most layers that a definition may have.
    public static let greatestLayerCount = ModelDraft.greatestLayerCount

    /// What a seed may be.
    public static let seeds = 0...JSONValue.exactIntegers.upperBound

    /// The seed of a model that names none.
    public static let standardSeed = 0

    /// The names of models and layers, as a regular expression (ECMA-262).
    public static let namePattern = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$"

    /// The classes of Keras's `to_json()` that are read.
    public static let kerasClasses = KerasModel.classes

    /// Every layer that a definition may name, by Keras's class names.
    public static var layerTypes: [String] { Registry.layers.listed }

    /// Every name that a layer may be given, Keras's other ones too.
    public static var layerNames: [String] { Registry.layers.names }

    /// Reads a definition.
    ///
    /// - Parameter json: An object with `name`, `input_shape`, `layers` and perhaps `seed` and `outputs`; a `preset` with
    ///   its `classes` and `units` may stand in place of the layers, into which it expands. Or what Keras's
    ///   `model.to_json()` gives for a Sequential or Functional model, with a `seed` and another `name` if wanted.
    /// - Throws: `FaultyInput` with every fault: unknown layers, keys and names, missing and impossible arguments.
    public init(_ json: JSONValue) throws(FaultyInput) {
        self = try json.read { reader in ModelDefinition(reading: &reader) }
    }

    private init(reading reader: inout ObjectReader) {
        let isKeras = reader.object?["class_name"] != nil
        var draft = isKeras ? KerasModel.draft(reading: &reader) : ModelDraft(reading: &reader)
        name = draft.name
        seed = draft.seed
        outputs = draft.outputs
        LayerDraft.nameAll(&draft.layers)
        LayerDraft.checkNames(draft.layers, &reader.faults)
        LayerDraft.resolveShares(&draft.layers, &reader.faults)
        LayerDraft.resolveReuse(&draft.layers, &reader.faults)
        layers = draft.layers.compactMap { $0?.definition }
        let declaredShape = (layers.first?.layer as? InputLayer)?.shape
        // In Keras's form the input is a layer, which other faults may have hidden.
        let mayBeHidden = isKeras && !reader.faults.isEmpty
        if draft.inputShape == nil, declaredShape == nil, reader.object != nil, !mayBeHidden {
            reader.fault(at: "input_shape", "missing; expected the shape of a sample, as in [28, 28, 1]")
        }
        inputShape = draft.inputShape ?? declaredShape ?? [1]
        guard layers.count == draft.layers.count, let outputs else { return }
        let names = Set(layers.map(\.name))
        for (index, output) in outputs.enumerated() where !names.contains(ResultReference(output).layer) {
            let name = ResultReference(output).layer
            reader.faults.add(
                "\(reader.pointer)/outputs/\(index)",
                Suggestion.unknown("layer", name, known: layers.map(\.name))
            )
        }
    }
}

extension ModelDefinition: JSONWritable {
    /// Writes the definition with every argument, so that it means the same whatever later defaults are.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("input_shape", inputShape)
            json.field("seed", seed)
            json.field("layers", layers)
            json.field("outputs", ifPresent: outputs)
        }
    }
}
