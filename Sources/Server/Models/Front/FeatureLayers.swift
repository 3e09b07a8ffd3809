import Features
import JSON

/// The short form of a definition over a table: `features` and `crosses` in place of inputs and front layers (Keras's
/// `FeatureSpace`).
enum FeatureLayers {
    /// The definition in layers; the same where it has no features.
    ///
    /// - Throws: `FaultyInput` for features that can't be.
    static func expanded(_ definition: JSONValue) throws -> JSONValue {
        guard definition.kind == .object, definition["features"] != nil else { return definition }
        var faults = Faults()
        var reader = ObjectReader(definition)
        let space = FeatureSpace(reading: &reader)
        faults.add(reader.faults)
        if definition["input_shape"].map({ !$0.isNull }) ?? false {
            faults.add("/input_shape", "the inputs are the features; leave it out")
        }
        if definition["layers"]?.kind != .array {
            faults.add(
                "/layers",
                "missing; expected the layers behind the features, as in [{\"type\": \"Dense\", \"units\": 1}]"
            )
        }
        try faults.check()
        let front = try JSONDocument(parsing: space.layers().json).root
        var json = JSONWriter()
        json.object { json in
            for member in definition.members
            where !["features", "crosses", "output_mode", "layers"].contains(member.key) {
                json.key(member.key)
                json.write(member.value)
            }
            json.key("layers")
            json.array { json in
                for layer in front.elements { json.write(layer) }
                for layer in definition["layers"]?.elements.map({ $0 }) ?? [] { json.write(layer) }
            }
        }
        return try JSONDocument(parsing: json.bytes).root
    }
}
