import JSON

/// A model as it was read, before its layers are named and connected.
struct ModelDraft {
    /// The model's name.
    var name: String
    /// The shape of a sample where it was given.
    var inputShape: OpenShape?
    /// The seed from which the first weights follow.
    var seed: Int
    /// The layers in order; nil where one couldn't be read.
    var layers: [LayerDraft?]
    /// The layers whose results the model gives; nil for the last.
    var outputs: [String]?

    /// The most layers that a model may have.
    static let greatestLayerCount = 2000

    /// Parts that were read elsewhere.
    init(name: String, seed: Int, layers: [LayerDraft?], outputs: [String]?) {
        (self.name, self.seed, self.layers, self.outputs) = (name, seed, layers, outputs)
    }

    /// Reads `name`, `input_shape`, `seed`, `layers` or `preset`, and `outputs`.
    init(reading reader: inout ObjectReader) {
        name = reader.name("name")
        let shape = reader.optionalValue("input_shape").map { _ in reader.sampleShape("input_shape") }
        inputShape = shape
        seed = Self.seed(reading: &reader)
        if reader.has("preset") {
            layers = Preset.drafts(reading: &reader, inputShape: shape) ?? []
            if reader.has("layers") {
                reader.fault(at: "layers", "expected a preset or layers, not both")
            }
        } else {
            let values = reader.array("layers", count: 1...Self.greatestLayerCount) { value, _ in value }
            layers = DistributedModel.expanded(values, &reader.faults)
            if layers.count > Self.greatestLayerCount {
                reader.fault(
                    at: "layers",
                    "has more than \(Self.greatestLayerCount) layers with those of its models, the limit"
                )
            }
        }
        outputs = reader.optionalValue("outputs") == nil ? nil : reader.strings("outputs", default: [])
        if outputs?.isEmpty == true {
            reader.fault(at: "outputs", "expected the names of one layer or more, found none")
        }
    }

    /// The seed, 0 where none is given.
    static func seed(reading reader: inout ObjectReader) -> Int {
        reader.int("seed", in: ModelDefinition.seeds, default: ModelDefinition.standardSeed)
    }
}
