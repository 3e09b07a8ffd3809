public import JSON

/// What `model.to_json()` gives, with what this program's reader of definitions takes no other way: operations as layers,
/// activations that are layers, no seeds of single layers.
public struct KerasText: Sendable {
    /// The model.
    public let definition: JSONValue
    /// What was changed that a person wants to know.
    public let notes: [String]

    /// Rewrites a model; nil where it is none of Keras's, or has what can't be kept.
    ///
    /// - Parameter json: What a client sent.
    public init?(_ json: JSONValue) {
        guard KerasClasses.models.contains(KerasClasses.name(of: json)), json["config"] != nil else { return nil }
        var rewriting = KerasRewriting()
        let name = (try? json["name"]?.string()) ?? KerasClasses.layerName(json)
        let bytes = rewriting.model(json, named: name, version: nil)
        guard rewriting.faults.isEmpty, let document = try? JSONDocument(parsing: bytes, maximumDepth: 256) else {
            return nil
        }
        (definition, notes) = (document.root, rewriting.notes)
    }
}
