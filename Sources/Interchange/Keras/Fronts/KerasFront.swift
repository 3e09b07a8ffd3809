import Features
import JSON
import NN

/// What is known of Keras's layers that prepare data, which stand before the network here.
enum KerasFront {
    /// Their classes; some of them may be part of the network too.
    static let classes = Set(FrontLayerRegistry.names).subtracting(["Imputation"])

    /// Those that can stand before the network alone.
    static let aloneBefore = classes.subtracting(ModelDefinition.layerNames)

    /// Those that have a vocabulary.
    static let lookups: Set<String> = ["IntegerLookup", "StringLookup", "TextVectorization"]

    /// Those that Keras 2 has.
    static let ofSecond: Set<String> = [
        "CategoryEncoding", "CenterCrop", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup",
        "Normalization",
        "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation",
        "RandomZoom", "Rescaling", "Resizing", "StringLookup", "TextVectorization",
    ]

    /// Whether a model, or one within it, has a layer that can only stand before the network, or an input of words.
    static func isNeeded(by model: JSONValue) -> Bool {
        let config = model["config"] ?? model
        return (config["layers"] ?? config).elements.contains { layer in
            let className = KerasClasses.name(of: layer)
            if KerasClasses.models.contains(className) { return isNeeded(by: layer) }
            return aloneBefore.contains(className) || (className == "InputLayer" && type(of: layer) == "string")
        }
    }

    /// The `dtype` of a layer of Keras's; empty where it says none.
    static func type(of layer: JSONValue) -> String {
        let value = KerasClasses.arguments(of: layer)["dtype"]
        return (try? (value?["config"]?["name"] ?? value)?.string()) ?? ""
    }

    /// What an input holds here.
    static func kind(ofInput layer: JSONValue) -> RawInput.Kind {
        switch type(of: layer) {
        case "string": .string
        case "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64": .int32
        default: .float32
        }
    }

    /// The special tokens in front of the vocabulary of a layer, as its arguments say.
    static func specialTokens(of layer: JSONValue) -> [String] {
        let arguments = KerasClasses.arguments(of: layer)
        let isOfInts = outputMode(of: layer) == "int"
        if KerasClasses.name(of: layer) == "TextVectorization" { return (isOfInts ? [""] : []) + ["[UNK]"] }
        func token(_ value: JSONValue?) -> String? {
            value.flatMap { $0.isNull ? nil : (try? $0.string()) ?? $0.source }
        }
        let isOfWords = KerasClasses.name(of: layer) == "StringLookup"
        let mask = isOfInts ? token(arguments["mask_token"]).map { [$0] } ?? [] : []
        let unknown = token(arguments["oov_token"]) ?? (isOfWords ? "[UNK]" : "-1")
        let count = (try? arguments["num_oov_indices"]?.int()) ?? 1
        return mask + Array(repeating: unknown, count: max(0, min(count, 1 << 20)))
    }

    /// What comes out of a layer with a vocabulary, in today's words.
    static func outputMode(of layer: JSONValue) -> String {
        let mode = (try? KerasClasses.arguments(of: layer)["output_mode"]?.string()) ?? "int"
        return currentModes[mode] ?? mode
    }

    /// Older words for what comes out.
    static let currentModes = ["binary": "multi_hot", "tf-idf": "tf_idf"]
}
