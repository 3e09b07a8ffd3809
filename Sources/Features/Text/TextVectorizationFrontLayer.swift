public import JSON

/// Keras's `TextVectorization`: a text to the numbers of its tokens, or to their counts.
///
/// In mode `int` a text gives as many numbers as it has tokens, or `output_sequence_length`, filled up with 0.
public struct TextVectorizationFrontLayer: LearningFrontLayer {
    /// Keras's class name.
    public static let name = "TextVectorization"

    private var lookup: IndexLookup
    private let split: TextSplit
    /// `ngrams` as it was given: a number that stands for all lengths up to it, or the lengths.
    private let ngrams: Ngrams
    private var length: Int?
    private let isSparse: Bool
    private let isRagged: Bool

    private enum Ngrams: Sendable, Equatable {
        case none
        case upTo(Int)
        case lengths([Int])
    }

    /// Reads Keras's arguments; `sparse` changes nothing here, `ragged` leaves texts shorter than
    /// `output_sequence_length` as they are.
    public init(reading arguments: inout ObjectReader) {
        let modes: [CategoryMode] = [.int, .multiHot, .count, .tfIdf]
        let word = arguments.choice("output_mode", among: modes.map(\.rawValue), default: CategoryMode.int.rawValue)
        let mode = CategoryMode(rawValue: word) ?? .int
        ngrams = Self.ngrams(reading: &arguments)
        let lengths: [Int]? =
            switch ngrams {
            case .none: nil
            case .upTo(let most): Array(1...most)
            case .lengths(let lengths): lengths
            }
        split = TextSplit(
            standard: Self.choice("standardize", default: .lowerAndStripPunctuation, &arguments),
            separator: Self.choice("split", default: .whitespace, &arguments),
            lengths: lengths
        )
        if split.separator == nil, lengths != nil {
            arguments.fault(at: "ngrams", "needs a \"split\"; a text that isn't parted has one token")
        }
        length = arguments.optionalInt("output_sequence_length", in: 1...1 << 24)
        if length != nil, mode != .int {
            arguments.fault(at: "output_sequence_length", "is for the output_mode int, found \(quoted(mode.rawValue))")
        }
        isSparse = arguments.bool("sparse", default: false)
        isRagged = arguments.bool("ragged", default: false)
        if isRagged, mode != .int {
            arguments.fault(at: "ragged", "is for the output_mode int, found \(quoted(mode.rawValue))")
        }
        _ = arguments.choice("encoding", among: ["utf-8"], default: "utf-8")
        lookup = IndexLookup(
            title: layerTitle(Self.name, arguments),
            isOfIntegers: false,
            maxTokens: arguments.optionalInt("max_tokens", in: 1...Int(Int32.max)),
            unknownPlaces: 1,
            maskToken: mode == .int ? "" : nil,
            unknownToken: "[UNK]",
            mode: mode,
            padsToMaxTokens: arguments.bool("pad_to_max_tokens", default: false),
            given: IndexLookup.given(reading: &arguments, ofIntegers: false, mode: mode)
        )
        lookup.takeGiven(&arguments)
    }

    private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        default standard: Choice,
        _ arguments: inout ObjectReader
    ) -> Choice? {
        if arguments.has(key), arguments.optionalValue(key) == nil { return nil }
        return arguments.choice(key, default: standard)
    }

    private static func ngrams(reading arguments: inout ObjectReader) -> Ngrams {
        guard let value = arguments.optionalValue("ngrams") else { return .none }
        if value.kind == .array { return .lengths(arguments.ints("ngrams", in: 1...64, count: 1...64)) }
        return arguments.optionalInt("ngrams", in: 1...64).map { .upTo($0) } ?? .none
    }

    /// Writes every argument.
    public func write(to json: inout JSONWriter) {
        json.field("max_tokens", lookup.maxTokens)
        json.field("standardize", split.standard?.rawValue)
        json.field("split", split.separator?.rawValue)
        switch ngrams {
        case .none: json.field("ngrams", Int?.none)
        case .upTo(let most): json.field("ngrams", most)
        case .lengths(let lengths): json.field("ngrams", lengths)
        }
        json.field("output_mode", lookup.mode.rawValue)
        json.field("output_sequence_length", length)
        json.field("pad_to_max_tokens", lookup.padsToMaxTokens)
        lookup.writeGiven(to: &json)
        json.field("sparse", isSparse)
        json.field("ragged", isRagged)
        json.field("encoding", "utf-8")
    }

    /// Whole numbers, as many as `output_sequence_length` says or rows have, or numbers as wide as the vocabulary.
    public func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let input = try inputs.single(of: [.string], "a text", for: lookup.title)
        guard input.shape == [] || input.shape == [1] else {
            throw FrontError("\(lookup.title) takes one text a row, found \(input)")
        }
        guard lookup.mode == .int else { return FrontType(.float, [lookup.width]) }
        if split.separator == nil, length == nil { return FrontType(.integer, input.shape) }
        return FrontType(.integer, [isRagged ? nil : length])
    }

    /// Standardizes, parts, looks up, and fills up or cuts.
    public func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let known = try lookup.requireKnown()
        guard case .strings(let texts) = inputs[0].content, texts.count == 1 else {
            throw FrontError("\(lookup.title) takes one text a row, found \(inputs[0].shape) of \(inputs[0].element)")
        }
        var numbers: [Int] = []
        var unknown: [String] = []
        var unknownCount = 0
        let collects = pass.notes != nil
        var scratch = TextSplit.Scratch()
        texts[0].withBytes { text in
            split.forEachToken(of: text, in: &scratch) { token in
                switch lookup.place(of: token, in: known) {
                case .known(let number): numbers.append(number)
                case .unknown(let number):
                    numbers.append(number)
                    guard collects else { return }
                    unknownCount += 1
                    if unknown.count < 5 { unknown.append(String(decoding: token, as: UTF8.self)) }
                case .none: numbers.append(-1)
                }
            }
        }
        if unknownCount > 0 {
            pass.note(
                "\(lookup.title) doesn't know \(unknownCount) of the text's \(numbers.count) tokens, such as "
                    + "\(unknown.map(quoted).joined(separator: ", ")); they are taken as unknown"
            )
        }
        guard lookup.mode == .int else { return lookup.encoded(numbers, [numbers.count], known) }
        if split.separator == nil, length == nil { return FrontValue(.integers(numbers), inputs[0].shape) }
        if let length {
            if numbers.count > length {
                let count = numbers.count
                pass.note("\(lookup.title) cut a text of \(count) tokens to its first \(length)")
                numbers.removeLast(count - length)
            } else if !isRagged {
                numbers.append(contentsOf: repeatElement(0, count: length - numbers.count))
            }
        }
        return FrontValue(.integers(numbers), [numbers.count])
    }

    // MARK: Learning

    /// Whether there is a vocabulary.
    public var hasLearned: Bool { lookup.known != nil }

    /// Counts the tokens.
    public func learner(for inputs: [FrontType]) throws(FrontError) -> any FrontLearner {
        _ = try inputs.single(of: [.string], "a text", for: lookup.title)
        let advice = "split by \"character\", leave \"ngrams\" out, or give it a \"vocabulary\""
        return Learner(layer: self, counts: LookupLearner(for: lookup, advice: advice))
    }

    /// Writes the vocabulary.
    public func writeState(to json: inout JSONWriter) { lookup.writeState(to: &json) }

    /// The layer with a vocabulary.
    public func restored(from state: JSONValue) throws(Fault) -> TextVectorizationFrontLayer {
        var copy = self
        copy.lookup = try lookup.restored(from: state)
        return copy
    }

    /// Writes `vocabulary_size`.
    public func writeSummary(to json: inout JSONWriter) { lookup.writeSummary(to: &json) }

    /// The tokens that are known, the special ones first, in the order of their numbers; empty before anything is known.
    ///
    /// What generates texts writes its numbers as words by it.
    public var vocabulary: [String] { lookup.vocabulary }

    /// The layer with texts of any length, neither filled up nor cut.
    public var unbounded: TextVectorizationFrontLayer {
        var copy = self
        copy.length = nil
        return copy
    }

    /// How many tokens of a text are taken; nil for all.
    public var greatestLength: Int? { length }

    /// Whether a text becomes the numbers of its tokens, one after the other.
    public var numbersWords: Bool { lookup.mode == .int && ngrams == .none }

    /// Whether each character is a token, so that nothing stands between two.
    public var separatesByCharacter: Bool { split.separator == .character }

    /// The weights of all places, in mode `tf_idf`.
    var weights: [Float] { lookup.known?.weights ?? [] }

    private struct Learner: FrontLearner {
        var layer: TextVectorizationFrontLayer
        var counts: LookupLearner
        var scratch = TextSplit.Scratch()

        init(layer: TextVectorizationFrontLayer, counts: LookupLearner) {
            (self.layer, self.counts) = (layer, counts)
        }

        mutating func add(_ inputs: [FrontValue]) throws(FrontError) {
            guard case .strings(let texts) = inputs[0].content else {
                throw FrontError("\(layer.lookup.title) takes texts, found numbers")
            }
            counts.beginDocument()
            for text in texts {
                var failure: FrontError?
                text.withBytes { bytes in
                    layer.split.forEachToken(of: bytes, in: &scratch) { token in
                        guard failure == nil else { return }
                        do throws(FrontError) { try counts.count(token) } catch { failure = error }
                    }
                }
                if let failure { throw failure }
            }
        }

        consuming func finish() throws(FrontError) -> any LearningFrontLayer {
            layer.lookup = try counts.finish()
            return layer
        }
    }
}
