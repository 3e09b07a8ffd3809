import JSON

extension FeatureSpace {
    /// The space as layers of a definition.
    public struct Expansion: Sendable {
        /// The layers as a JSON array; the last one, of a space that joins, gives everything.
        public let json: [UInt8]
        /// What each feature and each cross gives, by the name of the layer, in Keras's order.
        public let outputs: [(feature: String, layer: String)]
    }

    /// Writes the space out: an `InputLayer` for each column, what is made of it, and, of a space that joins, a
    /// `Concatenate` named `features`; where there is but one thing to join, its last layer has that name.
    public func layers() -> Expansion {
        var writer = LayerWriter(taken: Set(columns + crosses.map(\.name)), last: joins ? "features" : nil)
        for feature in features { writer.input(feature) }
        let sorted = features.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let crossed = Set(crosses.flatMap(\.columns))
        writer.isSingle = joins && features.count + crosses.count == 1
        var outputs: [(feature: String, layer: String)] = []
        for feature in sorted {
            outputs.append((feature.name, writer.encode(feature, isCrossed: crossed.contains(feature.name))))
        }
        for cross in crosses.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            writer.cross(cross)
            outputs.append((cross.name, cross.name))
        }
        if joins, outputs.count > 1 { writer.join(outputs.map(\.layer)) }
        return Expansion(json: writer.finish(), outputs: outputs)
    }
}

/// Writes layers under names that nothing else has.
private struct LayerWriter {
    private var layers: [[UInt8]] = []
    private var taken: Set<String>
    /// The name of the last layer of all.
    private let last: String
    /// The layer that gives a feature's number, for crosses.
    private var numbers: [String: String] = [:]
    /// Whether there is one feature alone, whose last layer has the name of all.
    var isSingle = false

    init(taken: Set<String>, last: String?) {
        self.taken = taken
        self.last = last.map { Self.unused($0, taken) } ?? ""
        self.taken.insert(self.last)
    }

    private static func unused(_ name: String, _ taken: Set<String>) -> String {
        guard taken.contains(name) else { return name }
        var number = 1
        while taken.contains("\(name)_\(number)") { number += 1 }
        return "\(name)_\(number)"
    }

    /// A layer's name: the feature's and what the layer does.
    private mutating func name(_ feature: Feature, _ part: String, isLast: Bool) -> String {
        if isLast, isSingle { return last }
        let name = Self.unused("\(feature.name)_\(part)", taken)
        taken.insert(name)
        return name
    }

    private mutating func add(
        _ type: String,
        _ name: String,
        from inputs: [String],
        _ body: (inout JSONWriter) -> Void = { _ in }
    ) {
        var json = JSONWriter()
        json.object { json in
            json.field("type", type)
            json.field("name", name)
            body(&json)
            if !inputs.isEmpty { json.field("inputs", inputs) }
        }
        layers.append(json.bytes)
    }

    mutating func input(_ feature: Feature) {
        add("InputLayer", feature.name, from: []) { json in
            json.field("shape", [Int]())
            json.field("dtype", feature.type)
        }
    }

    /// Writes a feature's layers; returns the name of that whose result counts.
    mutating func encode(_ feature: Feature, isCrossed: Bool) -> String {
        switch feature.kind {
        case .float, .floatRescaled, .floatNormalized, .floatDiscretized: return number(feature)
        case .integerCategorical: return look(feature, "IntegerLookup", from: feature.name, isCrossed)
        case .stringCategorical:
            let filled = name(feature, "imputation", isLast: false)
            add("Imputation", filled, from: [feature.name]) { json in
                json.field("strategy", "constant")
                json.field("fill_value", "[UNK]")
            }
            return look(feature, "StringLookup", from: filled, isCrossed)
        case .integerHashed, .stringHashed:
            let hash = name(feature, "hash", isLast: feature.output == .int)
            add("Hashing", hash, from: [feature.name]) { $0.field("num_bins", feature.bins) }
            return encoded(feature, hash)
        }
    }

    private mutating func number(_ feature: Feature) -> String {
        let filled = name(feature, "imputation", isLast: feature.kind == .float)
        add("Imputation", filled, from: [feature.name]) { $0.field("strategy", "mean") }
        switch feature.kind {
        case .floatRescaled:
            let rescaled = name(feature, "rescaling", isLast: true)
            add("Rescaling", rescaled, from: [filled]) { json in
                json.field("scale", feature.scale)
                json.field("offset", feature.offset)
            }
            return rescaled
        case .floatNormalized:
            let normalized = name(feature, "normalization", isLast: true)
            add("Normalization", normalized, from: [filled])
            return normalized
        case .floatDiscretized:
            let bin = name(feature, "bin", isLast: feature.output == .int)
            add("Discretization", bin, from: [filled]) { json in
                if let boundaries = feature.boundaries {
                    json.field("bin_boundaries", boundaries)
                } else {
                    json.field("num_bins", feature.bins)
                }
            }
            return encoded(feature, bin)
        default: return filled
        }
    }

    /// A look-up; its width is known only once it has learned, so it encodes by itself, and what is crossed has another
    /// one for the numbers.
    private mutating func look(_ feature: Feature, _ type: String, from input: String, _ isCrossed: Bool) -> String {
        let result = name(feature, "lookup", isLast: true)
        let write = { (json: inout JSONWriter, mode: Feature.Output) in
            json.field("max_tokens", ifPresent: feature.maxTokens)
            json.field("num_oov_indices", feature.unknownPlaces)
            json.field("output_mode", mode.rawValue)
        }
        add(type, result, from: [input]) { write(&$0, feature.output) }
        numbers[feature.name] = result
        if isCrossed, feature.output != .int {
            let number = name(feature, "index", isLast: false)
            add(type, number, from: [input]) { write(&$0, .int) }
            numbers[feature.name] = number
        }
        return result
    }

    /// A number of a bin as zeros and a one, where that is asked for.
    private mutating func encoded(_ feature: Feature, _ number: String) -> String {
        numbers[feature.name] = number
        guard feature.output == .oneHot else { return number }
        let encoded = name(feature, "encoding", isLast: true)
        add("CategoryEncoding", encoded, from: [number]) { json in
            json.field("num_tokens", feature.bins)
            json.field("output_mode", "multi_hot")
        }
        return encoded
    }

    mutating func cross(_ cross: Cross) {
        add("HashedCrossing", cross.name, from: cross.columns.map { numbers[$0] ?? $0 }) { json in
            json.field("num_bins", cross.bins)
            json.field("output_mode", cross.output.rawValue)
        }
    }

    mutating func join(_ layers: [String]) { add("Concatenate", last, from: layers) }

    consuming func finish() -> [UInt8] {
        var json = JSONWriter()
        json.array { json in for layer in layers { json.raw(layer) } }
        return json.bytes
    }
}
