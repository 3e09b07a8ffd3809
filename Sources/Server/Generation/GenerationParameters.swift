import JSON
import NN

/// How a model goes on, by the names and defaults of Hugging Face's transformers (`generate`).
struct GenerationParameters: Sendable {
    /// How many tokens, or steps of numbers, are added at most.
    var limit = Standard.limit
    /// Whether tokens are drawn; else each is the most probable one.
    var draws = false
    /// What is drawn from, and the repetition penalty.
    var choice = TokenChoice(topK: Standard.topK)
    /// How many beams search; 1 for no search.
    var beams = 1
    /// The power of a sequence's length by which its score is divided, with beams.
    var lengthPenalty = 1.0
    /// When a search ends early.
    var stop = BeamSearch.Stop.heuristically
    /// What tokens are drawn by; nil for a seed of the server's choice.
    var seed: Int?
    /// Texts at which it ends.
    var stopTexts: [String] = []
    /// Tokens at which it ends.
    var ends: Set<Int> = []
    /// Whether the answer begins with what was sent.
    var returnsAll = false
    /// Whether the answer lists each token.
    var listsTokens = false
    /// The members that concern the choice of tokens and were given, by name.
    var ofTokens: [String] = []

    /// The defaults, and what may be given.
    enum Standard {
        static let limit = 20
        static let topK = 50
        static let limits = 1...65_536
        static let beams = 1...64
        static let stopTexts = 0...64
        static let stopLengths = 1...1000
        static let seeds = 0...JSONValue.exactIntegers.upperBound
    }

    /// The defaults.
    init() {}

    init(reading reader: inout ObjectReader) {
        limit = reader.optionalInt("max_new_tokens", in: Standard.limits) ?? limit
        draws = reader.optionalBool("do_sample") ?? draws
        choice = TokenChoice(
            repetitionPenalty: reader.optionalDouble("repetition_penalty", in: .above(0)) ?? 1,
            temperature: reader.optionalDouble("temperature", in: .above(0)) ?? 1,
            topK: reader.optionalInt("top_k", in: 0...Int(Int32.max)) ?? Standard.topK,
            topP: reader.optionalDouble("top_p", in: .from(0, through: 1)) ?? 1,
            minP: reader.optionalDouble("min_p", in: .from(0, through: 1)) ?? 0
        )
        beams = reader.optionalInt("num_beams", in: Standard.beams) ?? beams
        lengthPenalty = reader.optionalDouble("length_penalty") ?? lengthPenalty
        stop = Self.stop(reading: &reader)
        seed = reader.optionalInt("seed", in: Standard.seeds)
        stopTexts = Self.stopTexts(reading: &reader)
        ends = Self.ends(reading: &reader)
        returnsAll = reader.optionalBool("return_full_text") ?? returnsAll
        listsTokens = reader.optionalBool("details") ?? listsTokens
        if draws, beams > 1 {
            reader.fault(
                at: "num_beams",
                "searches for the most probable text, and do_sample draws; expected one of them"
            )
        }
        if !stopTexts.isEmpty, beams > 1 {
            reader.fault(at: "stop", "goes without num_beams; a search ends its texts by eos_token_id")
        }
        ofTokens = Self.tokenMembers.filter { reader.object?[$0].map { !$0.isNull } ?? false }
    }

    /// The same with so many tokens at most: what is added last needs no place where the model looks back.
    func limited(to greatest: Int?) -> GenerationParameters {
        var copy = self
        if let greatest { copy.limit = min(limit, greatest) }
        return copy
    }

    /// The members that a model of numbers has no use for.
    private static let tokenMembers = [
        "do_sample", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "num_beams", "stop",
        "eos_token_id",
    ]

    private static func stop(reading reader: inout ObjectReader) -> BeamSearch.Stop {
        guard let value = reader.optionalValue("early_stopping") else { return .heuristically }
        if (try? value.string()) == "never" { return .never }
        guard let stops = try? value.bool() else {
            reader.fault(at: "early_stopping", "expected true, false or \"never\", found \(value.summary)")
            return .heuristically
        }
        return stops ? .atFullCount : .heuristically
    }

    private static func stopTexts(reading reader: inout ObjectReader) -> [String] {
        guard let value = reader.optionalValue("stop") else { return [] }
        let texts = value.kind == .string ? [reader.string("stop")] : reader.strings("stop", default: [])
        let lengths = Standard.stopLengths
        if !Standard.stopTexts.contains(texts.count) || !texts.allSatisfy({ lengths.contains($0.unicodeScalars.count) })
        {
            let most =
                "\(Standard.stopTexts.upperBound) texts of \(lengths.lowerBound) to \(lengths.upperBound) characters"
            reader.fault(at: "stop", "expected up to \(most)")
        }
        return texts
    }

    private static func ends(reading reader: inout ObjectReader) -> Set<Int> {
        guard let value = reader.optionalValue("eos_token_id") else { return [] }
        let tokens = 0...Int(Int32.max)
        guard value.kind == .array else { return [reader.int("eos_token_id", in: tokens)] }
        return Set(reader.ints("eos_token_id", in: tokens, count: 1...64))
    }
}
