public import JSON

/// Keras's `StringLookup`: words to the numbers that a vocabulary gives them, or, with `invert`, back.
public struct StringLookupFrontLayer: LearningFrontLayer {
    /// Keras's class name.
    public static let name = "StringLookup"

    private var lookup: IndexLookup
    private let isSparse: Bool
    private let overflow: String?

    /// Reads Keras's arguments.
    ///
    /// `sparse` changes nothing here, where all arrays are dense; `oov_method` nothing for words, as in Keras.
    public init(reading arguments: inout ObjectReader) {
        let mode = arguments.choice("output_mode", default: CategoryMode.int)
        lookup = IndexLookup(
            title: layerTitle(Self.name, arguments),
            isOfIntegers: false,
            maxTokens: arguments.optionalInt("max_tokens", in: 2...Int(Int32.max)),
            unknownPlaces: arguments.int("num_oov_indices", in: 0...IndexLookup.greatestVocabulary, default: 1),
            maskToken: arguments.optionalString("mask_token"),
            unknownToken: arguments.string("oov_token", default: "[UNK]"),
            mode: mode,
            padsToMaxTokens: arguments.bool("pad_to_max_tokens", default: false),
            isInverted: arguments.bool("invert", default: false),
            salt: Salt(reading: &arguments),
            given: IndexLookup.given(reading: &arguments, ofIntegers: false, mode: mode)
        )
        isSparse = arguments.bool("sparse", default: false)
        overflow = arguments.optionalChoice("oov_method", among: ["floormod", "farmhash"])
        _ = arguments.choice("encoding", among: ["utf-8"], default: "utf-8")
        lookup.takeGiven(&arguments)
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("max_tokens", lookup.maxTokens)
        json.field("num_oov_indices", lookup.unknownPlaces)
        json.field("mask_token", lookup.maskToken)
        json.field("oov_token", lookup.unknownToken)
        lookup.writeGiven(to: &json)
        json.field("invert", lookup.isInverted)
        json.field("output_mode", lookup.mode.rawValue)
        json.field("pad_to_max_tokens", lookup.padsToMaxTokens)
        json.field("sparse", isSparse)
        json.field("encoding", "utf-8")
        json.field("oov_method", ifPresent: overflow)
        json.field("salt", lookup.hash.salt?.numbers)
    }

    /// Whole numbers in mode `int`, words with `invert`, else numbers as wide as the vocabulary.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        if lookup.isInverted {
            let input = try inputs.single(of: [.integer, .float, .byte], "integers", for: lookup.title)
            return FrontType(.string, input.shape)
        }
        let input = try inputs.single(of: [.string], "words (for integers there is IntegerLookup)", for: lookup.title)
        return lookup.output(for: input)
    }

    /// Looks up.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let known = try lookup.requireKnown()
        if lookup.isInverted {
            let numbers = try inputs[0].wholeNumbers(for: lookup.title)
            let words = numbers.map { $0.map { lookup.token(of: $0, in: known) } ?? lookup.unknownToken }
            return FrontValue(.strings(words), inputs[0].shape)
        }
        guard case .strings(let words) = inputs[0].content else {
            throw FrontError("\(lookup.title) takes words, found numbers; for integers there is IntegerLookup")
        }
        var numbers: [Int] = []
        numbers.reserveCapacity(words.count)
        for word in words {
            let place = word.withBytes { lookup.place(of: $0, in: known) }
            numbers.append(try lookup.number(of: place, word, &pass))
        }
        return lookup.encoded(numbers, inputs[0].shape, known)
    }

    // MARK: Learning

    /// Whether there is a vocabulary.
    public var hasLearned: Bool { lookup.known != nil }

    /// Counts the words.
    public func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner {
        _ = try inputs.single(of: [.string], "words", for: lookup.title)
        return Learner(layer: self, counts: LookupLearner(for: lookup))
    }

    /// Writes the vocabulary.
    public func writeState(to json: inout JSONWriter) { lookup.writeState(to: &json) }

    /// The layer with a vocabulary.
    public func restored(from state: JSONValue) throws(Fault) -> StringLookupFrontLayer {
        var copy = self
        copy.lookup = try lookup.restored(from: state)
        return copy
    }

    /// Writes `vocabulary_size`.
    public func writeSummary(to json: inout JSONWriter) { lookup.writeSummary(to: &json) }

    /// The words that are known, behind the special ones; empty before anything is known.
    var vocabulary: [String] { lookup.vocabulary }
    /// The weights of all places, in mode `tf_idf`.
    var weights: [Float] { lookup.known?.weights ?? [] }

    private struct Learner: FrontLearner {
        var layer: StringLookupFrontLayer
        var counts: LookupLearner

        mutating func add(_ inputs: [FrontValue]) throws(FrontError) {
            guard case .strings(let words) = inputs[0].content else {
                throw FrontError(
                    "\(layer.lookup.title) takes words, found numbers; for integers there is IntegerLookup"
                )
            }
            counts.beginDocument()
            for word in words { try counts.count(word) }
        }

        consuming func finish() throws(FrontError) -> any LearningFrontLayer {
            layer.lookup = try counts.finish()
            return layer
        }
    }
}
