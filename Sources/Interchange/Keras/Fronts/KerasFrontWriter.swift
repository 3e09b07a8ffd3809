import Features
import JSON
import NN

/// Writes what stands before a network as Keras has it: arguments with what was learned, weights and vocabularies.
struct KerasFrontWriter {
    /// The names of the layers before the network.
    let names: Set<String>
    private let layers: [JSONValue]
    private let state: JSONValue?
    private let inputs: [String: JSONValue]

    /// The most numbers that the kernels of a layer may have.
    private static let mostNumbers = 1 << 27

    /// Prepares a model; one without anything before its network has nothing here.
    init(_ model: ExportedModel) {
        layers = model.front?.layers(before: model.network) ?? []
        names = Set(layers.map(KerasClasses.layerName))
        state = model.front?.state
        let inputs = model.front?.layers.filter { KerasClasses.name(of: $0) == "InputLayer" } ?? []
        self.inputs = Dictionary(inputs.map { (KerasClasses.layerName($0), $0) }) { first, _ in first }
    }

    /// What whoever takes the file should know of its inputs, a sentence each.
    var notes: [String] {
        inputs.sorted { $0.key < $1.key }.compactMap { name, input in
            switch (try? input["dtype"]?.string()) ?? "" {
            case "image":
                "input \"\(name)\" takes the pixels of pictures there, numbers from 0 to 255, in place of files"
            case "audio":
                "input \"\(name)\" takes samples from -1 to 1 there, \(input["sample_rate"]?.source ?? "so many") a second, in "
                    + "place of files"
            default: nil
            }
        }
    }

    // MARK: Configuration

    /// The type of an input's values in Keras.
    func dtype(ofInput layer: JSONValue) -> String {
        switch (try? layer["dtype"]?.string()) ?? "" {
        case "string": "string"
        case "int32": "int64"
        default: "float32"
        }
    }

    /// Why a layer can't be written.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - style: For whom it is.
    ///   - needsState: Whether what it has learned must be known.
    /// - Returns: What follows the layer's name in a sentence; nil where it can.
    func refusal(of layer: JSONValue, _ style: KerasConfigWriter.Style, needsState: Bool) -> String? {
        let className = KerasClasses.name(of: layer)
        let name = KerasClasses.layerName(layer)
        if className == "Imputation" {
            return
                "is a layer that Keras doesn't have; fill what is missing before it is sent, and define the model without it"
        }
        if style == .second, !KerasFront.ofSecond.contains(className), !Self.knownToBoth.contains(className) {
            return "is a layer that Keras 2 doesn't have; take format=keras"
        }
        if needsState, KerasFront.lookups.contains(className), state?[name] == nil {
            return "has no vocabulary yet; train the model first, or give the layer a \"vocabulary\""
        }
        if className == "STFTSpectrogram", let shape = transform(layer)?.kernelShape,
            shape.reduce(1, *) > Self.mostNumbers
        {
            return "has kernels of more than \(Self.mostNumbers) numbers in Keras; take a shorter frame_length"
        }
        return nil
    }

    private static let knownToBoth: Set<String> = ["Reshape"]

    /// Arguments that are written in another way.
    private static let own: Set<String> = ["type", "name", "inputs", "vocabulary", "idf_weights", "bin_boundaries"]
    /// Arguments that Keras 2 doesn't know, where they say nothing.
    private static let newer: Set<String> = ["data_format", "oov_method", "salt", "vocabulary_dtype"]

    /// Writes the arguments of a layer.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - name: What it is called in the file.
    ///   - style: For whom.
    ///   - hasAssets: Whether vocabularies that were learned stand beside the configuration.
    ///   - json: Where they go.
    func write(
        argumentsOf layer: JSONValue,
        named name: String,
        _ style: KerasConfigWriter.Style,
        hasAssets: Bool,
        to json: inout JSONWriter
    ) {
        let className = KerasClasses.name(of: layer)
        json.object { json in
            json.field("name", name)
            for member in layer.members where !Self.own.contains(member.key) {
                if style == .second, className != "Hashing", Self.newer.contains(member.key) { continue }
                switch (className, member.key) {
                case ("AutoContrast", "seed"), ("Equalization", "seed"): continue
                case ("RandomShear", "x_factor"), ("RandomShear", "y_factor"):
                    if let reach = Self.reach(member.value) {
                        json.field(member.key, reach)
                    } else {
                        json.field(member.key, member.value)
                    }
                case ("RandomPosterization", "factor"):
                    // They count bits, and Keras takes whole numbers alone.
                    let bits = member.value.elements.compactMap { try? $0.double() }.map { Int($0.rounded()) }
                    json.field(member.key, bits)
                default: json.field(member.key, member.value)
                }
            }
            if className == "Discretization" {
                json.field(
                    "bin_boundaries",
                    given("bin_boundaries", of: layer) ?? state?[KerasClasses.layerName(layer)]?["bin_boundaries"]
                )
            }
            guard KerasFront.lookups.contains(className) else { return }
            let known = state?[KerasClasses.layerName(layer)]
            let special = KerasFront.specialTokens(of: layer)
            json.field("vocabulary_size", ifPresent: known?["tokens"].map { special.count + $0.count })
            if let vocabulary = given("vocabulary", of: layer) {
                json.field("vocabulary", vocabulary)
                json.field("idf_weights", given("idf_weights", of: layer))
            } else if let known, !hasAssets || !isWrittenBeside(layer) {
                let weights = known["idf_weights"]
                json.key("vocabulary")
                json.array { json in
                    // Weights are those of all places, the special ones too.
                    if weights != nil {
                        for token in special {
                            if className == "IntegerLookup" { json.write(Int(token) ?? -1) } else { json.write(token) }
                        }
                    }
                    for token in known["tokens"]?.elements.map({ $0 }) ?? [] { json.write(token) }
                }
                json.field("idf_weights", weights)
            } else {
                json.field("vocabulary", Int?.none)
                json.field("idf_weights", Int?.none)
            }
        }
    }

    /// The one number that stands for as far to either side; Keras 3.15 writes both, and refuses to read the first.
    private static func reach(_ value: JSONValue) -> Double? {
        guard let lower = try? value[0]?.double(), let upper = try? value[1]?.double(), lower == -upper else {
            return nil
        }
        return upper
    }

    private func given(_ key: String, of layer: JSONValue) -> JSONValue? {
        layer[key].flatMap { $0.isNull ? nil : $0 }
    }

    /// Whether a vocabulary stands as a text beside the configuration, as one that was learned does in Keras.
    private func isWrittenBeside(_ layer: JSONValue) -> Bool {
        guard given("vocabulary", of: layer) == nil, let known = state?[KerasClasses.layerName(layer)] else {
            return false
        }
        // Keras can't read what it writes of these.
        if KerasFront.outputMode(of: layer) == "tf_idf", (try? layer["pad_to_max_tokens"]?.bool()) == true {
            return false
        }
        return known["tokens"]?.elements.allSatisfy { token in
            (try? token.string()).map(KerasFrontState.isLine) ?? true
        } ?? false
    }

    // MARK: Beside the configuration

    /// The vocabularies that stand beside the configuration.
    ///
    /// - Parameter tree: The model's layers.
    /// - Returns: The texts by the paths of their files in an archive.
    func vocabularies(_ tree: KerasTree) -> [(path: String, text: String)] {
        let paths = tree.paths
        return layers.filter { KerasFront.lookups.contains(KerasClasses.name(of: $0)) && isWrittenBeside($0) }
            .flatMap { layer -> [(path: String, text: String)] in
                let name = KerasClasses.layerName(layer)
                guard let path = paths[name], let tokens = state?[name]?["tokens"] else { return [] }
                let lines =
                    KerasFront.specialTokens(of: layer) + tokens.elements.map { (try? $0.string()) ?? $0.source }
                let text = lines.joined(separator: "\n")
                let inside = KerasClasses.name(of: layer) == "TextVectorization" ? ["/_lookup_layer"] : []
                return ([""] + inside).map { ("assets/\(path)\($0)/vocabulary.txt", text) }
            }
    }

    /// The weights of the layers before the network, under their names within them, by the layer.
    var weights: [String: [(name: String, tensor: Tensor)]] {
        var weights: [String: [(name: String, tensor: Tensor)]] = [:]
        for layer in layers {
            let name = KerasClasses.layerName(layer)
            switch KerasClasses.name(of: layer) {
            case "Normalization": weights[name] = moments(of: layer)
            case "STFTSpectrogram":
                guard let transform = transform(layer) else { continue }
                weights[name] = transform.kernels.map { ($0.name, Tensor(Shape(transform.kernelShape), $0.values)) }
            default: continue
            }
        }
        return weights
    }

    private func transform(_ layer: JSONValue) -> STFTSpectrogramFrontLayer? {
        var reader = ObjectReader(layer)
        let transform = STFTSpectrogramFrontLayer(reading: &reader)
        return reader.faults.isEmpty ? transform : nil
    }

    private func moments(of layer: JSONValue) -> [(name: String, tensor: Tensor)] {
        guard given("mean", of: layer) == nil, let known = state?[KerasClasses.layerName(layer)] else { return [] }
        func numbers(_ key: String) -> [Float] { known[key]?.elements.compactMap { try? $0.float() } ?? [] }
        var shape = known["shape"]?.elements.compactMap { try? $0.int() } ?? []
        // A single number a row is a vector of one in Keras, whose axis is kept.
        if shape.isEmpty, layer["axis"].map({ !$0.isNull && !($0.kind == .array && $0.count == 0) }) ?? true {
            shape = [1]
        }
        return ["mean", "variance"].compactMap { key in
            let values = numbers(key)
            return values.count == shape.reduce(1, *) ? (key, Tensor(Shape(shape), values)) : nil
        }
    }

    /// The weights of the tokens of layers with vocabularies.
    ///
    /// - Parameter tree: The model's layers.
    /// - Returns: The weights by the paths of their groups in a weights file.
    func weightsOfTokens(_ tree: KerasTree) -> [(path: String, tensor: Tensor)] {
        let paths = tree.paths
        return layers.filter { KerasFront.lookups.contains(KerasClasses.name(of: $0)) }
            .flatMap { layer -> [(path: String, tensor: Tensor)] in
                let name = KerasClasses.layerName(layer)
                guard let path = paths[name], let weights = state?[name]?["idf_weights"] else { return [] }
                var values = weights.elements.compactMap { try? $0.float() }
                if (try? layer["pad_to_max_tokens"]?.bool()) == true, let width = try? layer["max_tokens"]?.int() {
                    values += Array(repeating: 0, count: max(0, min(width, 1 << 24) - values.count))
                }
                let inside = KerasClasses.name(of: layer) == "TextVectorization" ? ["/_lookup_layer"] : []
                return ([""] + inside).map { ("\(path)\($0)/vars", Tensor([values.count], values)) }
            }
    }
}
