public import JSON

/// A model as a client defines it: a name, the shape of a sample, a seed and layers with Keras's names and arguments.
///
/// Every argument is valid by itself and every layer has a name; whether the layers fit together is what `Network`
/// checks. Written as JSON and read again, a definition is equal to itself.
public struct ModelDefinition: Sendable, Equatable {
    /// The model's name: letters, digits, `.`, `_` and `-`, starting with a letter or digit.
    public let name: String
    /// The shape of a sample, without the batch, channels last; the first input's where there are several.
    public let inputShape: Shape
    /// The seed from which the first weights follow.
    public let seed: Int
    /// The layers in the order given, at least one; a layer stands after those whose results it takes.
    public let layers: [LayerDefinition]
    /// The layers whose results the model gives, by name, as `lstm:1` for a further result; nil for the last layer.
    public let outputs: [String]?

    /// Every preset that a definition may name in place of layers.
    public static var presets: [String] { Preset.names }

    /// Every layer that a definition may name, by Keras's class names.
    public static var layerTypes: [String] { Registry.layers.listed }

    /// Reads a definition.
    ///
    /// - Parameter json: An object with `name`, `input_shape`, `layers` and perhaps `seed` and `outputs`; a `preset` with
    ///   its `classes` and `units` may stand in place of the layers, into which it expands.
    /// - Throws: `FaultyInput` with every fault: unknown layers, keys and names, missing and impossible arguments.
    public init(_ json: JSONValue) throws(FaultyInput) {
        self = try json.read { reader in ModelDefinition(reading: &reader) }
    }

    private init(reading reader: inout ObjectReader) {
        name = reader.name("name")
        let givenShape = reader.optionalValue("input_shape").map { _ in reader.sampleShape("input_shape") }
        seed = reader.int("seed", in: 0...JSONValue.exactIntegers.upperBound, default: 0)
        var drafts: [LayerDraft?]
        if reader.has("preset") {
            drafts = Preset.drafts(reading: &reader, inputShape: givenShape) ?? []
            if reader.has("layers") {
                reader.fault(at: "layers", "expected a preset or layers, not both")
            }
        } else {
            drafts = reader.array("layers", count: 1...Self.greatestLayerCount) { value, faults in
                LayerDraft(value, &faults)
            }
        }
        LayerDraft.nameAll(&drafts)
        LayerDraft.checkNames(drafts, &reader.faults)
        LayerDraft.resolveReuse(&drafts, &reader.faults)
        outputs = reader.optionalValue("outputs") == nil ? nil : reader.strings("outputs", default: [])
        if outputs?.isEmpty == true {
            reader.fault(at: "outputs", "expected the names of one layer or more, found none")
        }
        layers = drafts.compactMap { $0?.definition }
        let declaredShape = (layers.first?.layer as? InputLayer)?.shape
        if givenShape == nil, declaredShape == nil, reader.object != nil {
            reader.faults.add(
                reader.pointer,
                "missing key \"input_shape\": expected the shape of a sample, as in [28, 28, 1]"
            )
        }
        inputShape = givenShape ?? declaredShape ?? [1]
        guard layers.count == drafts.count, let outputs else { return }
        let names = Set(layers.map(\.name))
        for (index, output) in outputs.enumerated() where !names.contains(ResultReference(output).layer) {
            let name = ResultReference(output).layer
            reader.faults.add(
                "\(reader.pointer)/outputs/\(index)",
                Suggestion.unknown("layer", name, known: layers.map(\.name))
            )
        }
    }

    /// The most layers that a model may have.
    private static let greatestLayerCount = 2000
}

extension ModelDefinition: JSONWritable {
    /// Writes the definition with every argument, so that it means the same whatever later defaults are.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("input_shape", inputShape.extents)
            json.field("seed", seed)
            json.field("layers", layers)
            json.field("outputs", ifPresent: outputs)
        }
    }
}
