public import JSON

/// Keras's `FeatureSpace`: what is to be made of each column of a table, written out as front layers.
///
/// It reads `features` (a type, or an object with `type` and its arguments, by column), `crosses` (lists of columns),
/// `output_mode` (`concat` or `dict`), `crossing_dim`, `hashing_dim` and `num_discretization_bins`, with Keras's defaults
/// and order: features sorted by name, then crosses sorted by name. Crosses are of the numbers that look-ups, bins and
/// hashes give, as in Keras. Keras has no place for holes: numbers get an `Imputation` with the mean in front, words
/// that are missing become the unknown word.
public struct FeatureSpace: Sendable {
    /// How many features there may be.
    public static let greatestCount = 10_000

    /// The features, as they were given.
    let features: [Feature]
    /// The crosses, as they were given.
    let crosses: [Cross]
    /// Whether everything is joined into one array.
    public let joins: Bool

    /// Reads a space; what is wrong goes to the reader's faults.
    public init(reading arguments: inout ObjectReader) {
        let crossing = arguments.int("crossing_dim", in: 1...CategoryMode.greatestWidth, default: 32)
        let hashing = arguments.int("hashing_dim", in: 1...CategoryMode.greatestWidth, default: 32)
        let bins = arguments.int("num_discretization_bins", in: 1...CategoryMode.greatestWidth, default: 32)
        joins = arguments.choice("output_mode", among: ["concat", "dict"], default: "concat") == "concat"
        features = Self.features(reading: &arguments, hashing: hashing, bins: bins)
        crosses = Self.crosses(reading: &arguments, of: features, crossing: crossing)
        guard joins else { return }
        for feature in features where feature.output == .int {
            arguments.fault(
                at: "features",
                "\(quoted(feature.name)) gives the number of a category, which can't be joined with other features; "
                    + "give it the output_mode one_hot, or the space the output_mode dict"
            )
        }
        for cross in crosses where cross.output == .int {
            arguments.fault(
                at: "crosses",
                "\(quoted(cross.name)) gives the number of a category, which can't be joined with other features; "
                    + "give it the output_mode one_hot, or the space the output_mode dict"
            )
        }
    }

    private static func features(reading arguments: inout ObjectReader, hashing: Int, bins: Int) -> [Feature] {
        guard let object = arguments.value("features") else { return [] }
        guard object.kind == .object, object.count > 0, object.count <= greatestCount else {
            arguments.faults.add(object.mismatch("an object of 1 to \(greatestCount) features by column"))
            return []
        }
        var features: [Feature] = []
        for (name, value) in object.members {
            if name.isEmpty {
                arguments.fault(at: "features", "has a feature without a name; the name is that of its column")
            }
            features.append(Feature(named: name, value, hashing: hashing, bins: bins, &arguments.faults))
            if arguments.faults.omitted > 0 { return features }
        }
        return features
    }

    private static func crosses(reading arguments: inout ObjectReader, of features: [Feature], crossing: Int) -> [Cross]
    {
        guard arguments.optionalValue("crosses") != nil else { return [] }
        let byName = Dictionary(features.map { ($0.name, $0) }) { first, _ in first }
        var names: Set<String> = []
        return arguments.array("crosses", count: 0...greatestCount) { value, faults in
            let cross = Cross(value, of: byName, crossing: crossing, &faults)
            if byName[cross.name] != nil {
                faults.add(
                    value.pointer,
                    "the cross has the name of the feature \(quoted(cross.name)); give that another one"
                )
            }
            if !names.insert(cross.name).inserted {
                faults.add(value.pointer, "the cross \(quoted(cross.name)) stands there twice")
            }
            return cross
        }
    }

    /// The columns, in the order given; each is the name of an `InputLayer`.
    public var columns: [String] { features.map(\.name) }
}

/// One column and what is made of it.
struct Feature: Sendable {
    /// Keras's names.
    enum Kind: String, Sendable, CaseIterable {
        case float
        case floatRescaled = "float_rescaled"
        case floatNormalized = "float_normalized"
        case floatDiscretized = "float_discretized"
        case integerCategorical = "integer_categorical"
        case stringCategorical = "string_categorical"
        case integerHashed = "integer_hashed"
        case stringHashed = "string_hashed"
    }

    /// What comes out.
    enum Output: String, Sendable, CaseIterable {
        case oneHot = "one_hot"
        case int
        /// Numbers as they are.
        case float
    }

    let name: String
    let kind: Kind
    let output: Output
    /// How many bins a number or hash falls into.
    private(set) var bins = 0
    private(set) var boundaries: [Float]?
    private(set) var maxTokens: Int?
    private(set) var unknownPlaces = 1
    private(set) var scale = 1.0
    private(set) var offset = 0.0

    init(named name: String, _ value: JSONValue, hashing: Int, bins: Int, _ faults: inout Faults) {
        self.name = name
        let standard = value.kind == .string
        let types = Kind.allCases.map(\.rawValue)
        guard !standard, value.kind == .object else {
            let word = faults.collect { () throws(Fault) in try value.choice(among: types) }
            kind = word.flatMap { Kind(rawValue: $0) } ?? .float
            output = Self.standardOutput(of: kind)
            self.bins = kind == .floatDiscretized ? bins : hashing
            return
        }
        var reader = ObjectReader(value)
        kind = reader.choice("type", Kind.self)
        let usual = Self.standardOutput(of: kind)
        if usual == .float {
            output = .float
        } else {
            output =
                Output(rawValue: reader.choice("output_mode", among: ["one_hot", "int"], default: "one_hot")) ?? usual
        }
        switch kind {
        case .float, .floatNormalized: break
        case .floatRescaled:
            scale = reader.double("scale", default: 1)
            offset = reader.double("offset", default: 0)
        case .floatDiscretized:
            let given = reader.optionalInt("num_bins", in: 1...CategoryMode.greatestWidth)
            if reader.optionalValue("bin_boundaries") != nil {
                if given != nil {
                    reader.fault(at: "num_bins", "expected either \"num_bins\" or \"bin_boundaries\", found both")
                }
                boundaries = reader.array("bin_boundaries", count: 1...CategoryMode.greatestWidth) { value, faults in
                    Float(faults.collect { () throws(Fault) in try value.double(in: .any) } ?? 0)
                }
            }
            self.bins = boundaries.map { $0.count + 1 } ?? given ?? bins
        case .integerCategorical, .stringCategorical:
            maxTokens = reader.optionalInt("max_tokens", in: 2...CategoryMode.greatestWidth)
            unknownPlaces = reader.int("num_oov_indices", in: 0...CategoryMode.greatestWidth, default: 1)
        case .integerHashed, .stringHashed:
            self.bins = reader.int("num_bins", in: 1...CategoryMode.greatestWidth, default: hashing)
        }
        reader.finish()
        faults.add(reader.faults)
    }

    private static func standardOutput(of kind: Kind) -> Output {
        [.float, .floatRescaled, .floatNormalized].contains(kind) ? .float : .oneHot
    }

    /// The `dtype` of the column's `InputLayer`.
    var type: String {
        switch kind {
        case .float, .floatRescaled, .floatNormalized, .floatDiscretized: "float32"
        case .integerCategorical, .integerHashed: "int32"
        case .stringCategorical, .stringHashed: "string"
        }
    }
}

/// Columns whose values are one category together.
struct Cross: Sendable {
    let columns: [String]
    let bins: Int
    let output: Feature.Output

    /// Keras's name: the columns' with `_X_` between.
    var name: String { columns.joined(separator: "_X_") }

    init(_ value: JSONValue, of features: [String: Feature], crossing: Int, _ faults: inout Faults) {
        guard value.kind == .object else {
            columns = Self.columns(value, of: features, &faults)
            (bins, output) = (crossing, .oneHot)
            return
        }
        var reader = ObjectReader(value)
        columns = reader.value("feature_names").map { Self.columns($0, of: features, &reader.faults) } ?? []
        bins = reader.int("crossing_dim", in: 1...CategoryMode.greatestWidth, default: crossing)
        let word = reader.choice("output_mode", among: ["one_hot", "int"], default: "one_hot")
        output = Feature.Output(rawValue: word) ?? .oneHot
        reader.finish()
        faults.add(reader.faults)
    }

    private static func columns(_ value: JSONValue, of features: [String: Feature], _ faults: inout Faults) -> [String]
    {
        guard value.kind == .array, value.count >= 2 else {
            faults.add(value.mismatch("an array of at least 2 features to cross"))
            return []
        }
        var columns: [String] = []
        for element in value.elements {
            guard let name = faults.collect({ () throws(Fault) in try element.string() }) else { continue }
            if let feature = features[name] {
                if feature.output == .float {
                    faults.add(
                        element.pointer,
                        "\(quoted(name)) is a number, which can't be crossed; make it float_discretized"
                    )
                }
            } else {
                faults.add(element.pointer, Suggestion.unknown("feature", name, known: Array(features.keys).sorted()))
            }
            if columns.contains(name) { faults.add(element.pointer, "\(quoted(name)) stands in the cross twice") }
            columns.append(name)
        }
        return columns
    }
}
