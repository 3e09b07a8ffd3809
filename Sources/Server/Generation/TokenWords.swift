import Features

/// The words that a model's tokens stand for, by the layer that numbers the words of what clients send.
struct TokenWords: Sendable {
    /// The layer, which takes a text of any length.
    private let layer: TextVectorizationFrontLayer
    /// The words by their numbers.
    private let words: [String]
    /// What stands between two words.
    let separator: String

    /// Finds the layer before an input; nil where there is none.
    init?(_ model: ModelInputs, input: Int) throws {
        guard let front = model.front,
            let node = front.nodes.first(where: { $0.name == front.outputs[input] }),
            let layer = node.layer as? TextVectorizationFrontLayer, layer.numbersWords
        else { return nil }
        self.layer = layer.unbounded
        words = layer.vocabulary
        separator = layer.separatesByCharacter ? "" : " "
    }

    /// How many tokens have words.
    var count: Int { words.count }

    /// The token that stands for nothing, and is never chosen.
    static let padding = 0

    /// The numbers of a text's words.
    ///
    /// - Throws: `FrontError` where the layer has learned nothing.
    func tokens(of text: String, notes: inout [String]) throws(FrontError) -> [Int] {
        var pass = FrontPass(collectsNotes: true)
        let value = try layer.apply(to: [FrontValue(text)], &pass)
        notes += pass.notes ?? []
        guard case .integers(let tokens) = value.content else { return [] }
        return tokens
    }

    /// The word of a token; empty for one that is none.
    func word(of token: Int) -> String { words.indices.contains(token) ? words[token] : "" }

    /// A token as it stands behind others.
    func text(of token: Int, isFirst: Bool) -> String { (isFirst ? "" : separator) + word(of: token) }

    /// The text of some tokens.
    func text(of tokens: some Sequence<Int>) -> String { tokens.map(word).joined(separator: separator) }
}
