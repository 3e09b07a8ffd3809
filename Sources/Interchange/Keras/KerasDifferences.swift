import JSON
import NN

/// What a model of Keras's computes here otherwise than there, which whoever reads it in is told.
enum KerasDifferences {
    private static let attention: Set = ["MultiHeadAttention", "GroupQueryAttention"]

    /// What a model that was read may compute otherwise than Keras.
    ///
    /// - Parameter definition: The definition of the model.
    /// - Returns: A sentence for each layer that does.
    static func notes(on definition: ModelDefinition) -> [String] {
        var json = JSONWriter()
        definition.write(to: &json)
        // What was written here can be read here.
        guard let layers = try? JSONDocument(parsing: json.bytes).root["layers"]?.elements,
            layers.contains(where: masks)
        else { return [] }
        return layers.compactMap { layer in
            guard attention.contains(type(of: layer)) else { return nil }
            let name = (try? layer["name"]?.string()) ?? ""
            return
                "layer \"\(name)\" (\(type(of: layer))): of a step that a mask leaves out every head gives 0, where Keras "
                + "gives an average that hangs on the padding; all other steps are the same"
        }
    }

    private static func type(of layer: JSONValue) -> String { (try? layer["type"]?.string()) ?? "" }

    /// Whether a layer says which steps are padding.
    private static func masks(_ layer: JSONValue) -> Bool {
        type(of: layer) == "Masking" || (try? layer["mask_zero"]?.bool()) == true
    }
}
