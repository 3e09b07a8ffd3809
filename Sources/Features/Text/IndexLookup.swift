import JSON

/// What `StringLookup`, `IntegerLookup` and `TextVectorization` share (Keras's `IndexLookup`): a vocabulary, the places
/// of what it does not have, and the encoding of the numbers.
///
/// Integers are kept as decimal text, so that there is one table for both kinds.
struct IndexLookup: Sendable {
    /// How many different tokens a layer learns or is given at most.
    static let greatestVocabulary = 1_000_000

    /// What the layer is called in sentences: its class and, where it has one, its name.
    let title: String
    /// Whether the tokens are integers, in decimal text.
    let isOfIntegers: Bool
    /// The greatest size of the vocabulary with the special tokens.
    let maxTokens: Int?
    /// Over how many places unknown tokens are spread.
    let unknownPlaces: Int
    /// The token that stands for nothing.
    let maskToken: String?
    /// What an unknown token is called.
    let unknownToken: String
    /// What comes out.
    let mode: CategoryMode
    /// Whether what comes out is as wide as `maxTokens`, however many tokens there are.
    let padsToMaxTokens: Bool
    /// Whether numbers come in and tokens out.
    let isInverted: Bool
    /// Whether unknown integers are spread by their remainder and not by a hash.
    let spreadsByRemainder: Bool
    /// The hash by which unknown tokens are spread.
    let hash: WordHash
    /// The vocabulary and weights as they were given, for the definition.
    let given: GivenVocabulary?
    /// What was given or learned.
    private(set) var known: Known?

    /// Tokens and, in mode `tf_idf`, the weight of every place before them and of each of them.
    struct Known: Sendable, Equatable {
        var tokens = TokenTable()
        var weights: [Float] = []
    }

    init(
        title: String,
        isOfIntegers: Bool,
        maxTokens: Int?,
        unknownPlaces: Int,
        maskToken: String?,
        unknownToken: String,
        mode: CategoryMode,
        padsToMaxTokens: Bool,
        isInverted: Bool = false,
        spreadsByRemainder: Bool = false,
        salt: Salt? = nil,
        given: GivenVocabulary?
    ) {
        self.title = title
        self.isOfIntegers = isOfIntegers
        self.maxTokens = maxTokens
        self.unknownPlaces = unknownPlaces
        self.maskToken = maskToken
        self.unknownToken = unknownToken
        self.mode = mode
        self.padsToMaxTokens = padsToMaxTokens
        self.isInverted = isInverted
        self.spreadsByRemainder = spreadsByRemainder
        hash = WordHash(salt: salt)
        self.given = given
    }

    // MARK: Numbers

    /// The place of the first unknown token: behind that of the mask, which only mode `int` has.
    var firstUnknown: Int { maskToken != nil && mode == .int ? 1 : 0 }

    /// The place of the first token of the vocabulary.
    var firstToken: Int { firstUnknown + unknownPlaces }

    /// How many places there are, special ones included; nil before anything is known.
    var vocabularySize: Int? { known.map { firstToken + $0.tokens.count } }

    /// How wide an encoded row is; nil while that is not known.
    var width: Int? { padsToMaxTokens ? maxTokens : vocabularySize }

    /// The vocabulary with its special tokens; empty before anything is known.
    var vocabulary: [String] {
        guard let known else { return [] }
        return specialTokens + known.tokens.words
    }

    /// The tokens in front of the vocabulary.
    var specialTokens: [String] {
        (firstUnknown == 1 ? [maskToken ?? ""] : []) + Array(repeating: unknownToken, count: unknownPlaces)
    }

    /// What became of a token.
    enum Place {
        case known(Int)
        case unknown(Int)
        /// The token is unknown and there is no place for unknown ones.
        case none
    }

    /// The number of a token; a mask that has no column is -1.
    func place(of token: UnsafeBufferPointer<UInt8>, in known: Known) -> Place {
        if let maskToken, maskToken.utf8.count == token.count, maskToken.utf8.elementsEqual(token) {
            return .known(mode == .int ? 0 : -1)
        }
        if let number = known.tokens.number(of: token) { return .known(firstToken + number) }
        switch unknownPlaces {
        case 0: return .none
        case 1: return .unknown(firstUnknown)
        default:
            if spreadsByRemainder {
                let remainder = (Int(String(decoding: token, as: UTF8.self)) ?? 0) % unknownPlaces
                return .unknown(firstUnknown + (remainder < 0 ? remainder + unknownPlaces : remainder))
            }
            return .unknown(firstUnknown + hash.bin(of: token, of: unknownPlaces))
        }
    }

    /// The token of a number; the unknown one for a number that has none.
    func token(of number: Int, in known: Known) -> String {
        if number == 0, firstUnknown == 1 { return maskToken ?? "" }
        let place = number.subtractingReportingOverflow(firstToken)
        guard !place.overflow, place.partialValue >= 0, place.partialValue < known.tokens.count else {
            return unknownToken
        }
        return known.tokens[place.partialValue]
    }

    /// What is known, to look up in.
    func requireKnown() throws(FrontError) -> Known {
        guard let known else {
            throw FrontError("\(title) has no vocabulary yet; give it one as \"vocabulary\", or train the model")
        }
        return known
    }

    // MARK: Vocabularies

    /// The look-up with a vocabulary; `weights` are those of the tokens and of the places before them.
    func with(tokens: TokenTable, weights: [Float]) -> IndexLookup {
        var copy = self
        copy.known = Known(tokens: tokens, weights: weights)
        return copy
    }

    /// The refusal of a token there is no place for.
    func refusal(of token: String) -> FrontError {
        FrontError(
            "\(title) doesn't know \(quoted(token)) and has no place for unknown ones; send one that it was trained on, "
                + "or give it \"num_oov_indices\": 1"
        )
    }

    /// The sentence on an unknown token.
    func note(on token: String) -> String {
        token.isEmpty
            ? "\(title) got an empty value, which it doesn't know; it is taken as unknown"
            : "\(title) doesn't know \(quoted(token)); it is taken as unknown"
    }
}

/// A vocabulary and its weights as a definition gives them.
struct GivenVocabulary: Sendable, Equatable {
    /// The tokens, perhaps with the special ones in front.
    let tokens: [String]
    /// The weights of `tokens`, in mode `tf_idf`.
    let weights: [Float]?
}

extension IndexLookup {
    /// What comes out where `input` comes in.
    func output(for input: FrontType) -> FrontType {
        if mode == .int { return FrontType(.integer, input.shape) }
        return FrontType(.float, mode.shape(of: input.shape.map(Extent.init), width: Extent(width)).map(\.value))
    }

    /// The number of what became of a token, with a note where that is unknown.
    func number(of place: Place, _ token: String, _ pass: inout FrontPass) throws(FrontError) -> Int {
        switch place {
        case .known(let number): return number
        case .unknown(let number):
            // Whoever sends the unknown token, as what fills holes may, means it.
            if token != unknownToken { pass.note(note(on: token)) }
            return number
        case .none: throw refusal(of: token)
        }
    }

    /// The row of a row's numbers.
    func encoded(_ numbers: [Int], _ shape: [Int], _ known: Known) -> FrontValue {
        let width = padsToMaxTokens ? maxTokens : nil
        return mode.encoded(numbers, shape, width: width ?? firstToken + known.tokens.count, idf: known.weights)
    }
}

/// An extent that may be unknown, for rules on shapes that hold for known and unknown ones.
struct Extent: ExpressibleByIntegerLiteral, Equatable {
    let value: Int?

    init(_ value: Int?) { self.value = value }

    init(integerLiteral value: Int) { self.value = value }
}
