public import JSON

/// Keras's `IntegerLookup`: integers to the numbers that a vocabulary gives them, or, with `invert`, back.
///
/// A hole in a column of integers is taken as unknown, and is not learned.
public struct IntegerLookupFrontLayer: LearningFrontLayer {
    /// Keras's class name.
    public static let name = "IntegerLookup"

    private var lookup: IndexLookup
    private let isSparse: Bool

    /// Reads Keras's arguments; `sparse` changes nothing here, where all arrays are dense.
    public init(reading arguments: inout ObjectReader) {
        let mode = arguments.choice("output_mode", default: CategoryMode.int)
        let isHashed =
            arguments.choice("oov_method", among: ["floormod", "farmhash"], default: "floormod") == "farmhash"
        let salt = Salt(reading: &arguments)
        if salt != nil, !isHashed {
            arguments.fault(at: "salt", "needs \"oov_method\": \"farmhash\"; the remainder has no salt")
        }
        lookup = IndexLookup(
            title: layerTitle(Self.name, arguments),
            isOfIntegers: true,
            maxTokens: arguments.optionalInt("max_tokens", in: 2...Int(Int32.max)),
            unknownPlaces: arguments.int("num_oov_indices", in: 0...IndexLookup.greatestVocabulary, default: 1),
            maskToken: arguments.optionalInt("mask_token").map { String($0) },
            unknownToken: String(arguments.int("oov_token", default: -1)),
            mode: mode,
            padsToMaxTokens: arguments.bool("pad_to_max_tokens", default: false),
            isInverted: arguments.bool("invert", default: false),
            spreadsByRemainder: !isHashed,
            salt: salt,
            given: IndexLookup.given(reading: &arguments, ofIntegers: true, mode: mode)
        )
        isSparse = arguments.bool("sparse", default: false)
        _ = arguments.choice("vocabulary_dtype", among: ["int64"], default: "int64")
        lookup.takeGiven(&arguments)
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("max_tokens", lookup.maxTokens)
        json.field("num_oov_indices", lookup.unknownPlaces)
        json.field("mask_token", lookup.maskToken.flatMap { Int($0) })
        json.field("oov_token", Int(lookup.unknownToken))
        lookup.writeGiven(to: &json)
        json.field("vocabulary_dtype", "int64")
        json.field("invert", lookup.isInverted)
        json.field("output_mode", lookup.mode.rawValue)
        json.field("pad_to_max_tokens", lookup.padsToMaxTokens)
        json.field("sparse", isSparse)
        json.field("oov_method", lookup.spreadsByRemainder ? "floormod" : "farmhash")
        json.field("salt", lookup.hash.salt?.numbers)
    }

    /// Whole numbers in mode `int`, else numbers as wide as the vocabulary.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(
            of: [.integer, .float, .byte],
            "integers (for words there is StringLookup)",
            for: lookup.title
        )
        return lookup.isInverted ? FrontType(.integer, input.shape) : lookup.output(for: input)
    }

    /// Looks up.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let known = try lookup.requireKnown()
        let values = try inputs[0].wholeNumbers(for: lookup.title)
        if lookup.isInverted {
            let tokens = values.map { $0.map { lookup.token(of: $0, in: known) } ?? lookup.unknownToken }
            return FrontValue(.integers(tokens.compactMap { Int($0) }), inputs[0].shape)
        }
        var numbers: [Int] = []
        numbers.reserveCapacity(values.count)
        for value in values {
            let token = value.map { String($0) } ?? ""
            let place =
                value == nil && lookup.unknownPlaces > 0
                ? IndexLookup.Place.unknown(lookup.firstUnknown) : token.withBytes { lookup.place(of: $0, in: known) }
            numbers.append(try lookup.number(of: place, token, &pass))
        }
        return lookup.encoded(numbers, inputs[0].shape, known)
    }

    // MARK: Learning

    /// Whether there is a vocabulary.
    public var hasLearned: Bool { lookup.known != nil }

    /// Counts the integers.
    public func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner {
        _ = try inputs.single(of: [.integer, .float, .byte], "integers", for: lookup.title)
        return Learner(layer: self, counts: LookupLearner(for: lookup))
    }

    /// Writes the vocabulary.
    public func writeState(to json: inout JSONWriter) { lookup.writeState(to: &json) }

    /// The layer with a vocabulary.
    public func restored(from state: JSONValue) throws(Fault) -> IntegerLookupFrontLayer {
        var copy = self
        copy.lookup = try lookup.restored(from: state)
        return copy
    }

    /// Writes `vocabulary_size`.
    public func writeSummary(to json: inout JSONWriter) { lookup.writeSummary(to: &json) }

    /// The integers that are known, behind the special ones; empty before anything is known.
    var vocabulary: [Int] { lookup.vocabulary.compactMap { Int($0) } }
    /// The weights of all places, in mode `tf_idf`.
    var weights: [Float] { lookup.known?.weights ?? [] }

    private struct Learner: FrontLearner {
        var layer: IntegerLookupFrontLayer
        var counts: LookupLearner

        mutating func add(_ inputs: [FrontValue]) throws(FrontError) {
            counts.beginDocument()
            for case let value? in try inputs[0].wholeNumbers(for: layer.lookup.title) {
                try counts.count(String(value))
            }
        }

        consuming func finish() throws(FrontError) -> any LearningFrontLayer {
            layer.lookup = try counts.finish()
            return layer
        }
    }
}
