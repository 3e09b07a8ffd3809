import JSON

/// Why a sequence ended.
enum FinishReason: String, Sendable {
    /// It had as many tokens as were asked for.
    case length
    /// The last token is one that ends it.
    case endToken = "eos_token"
    /// Its text has one of those that end it.
    case stopText = "stop_sequence"
}

/// A text as it grows, or the tokens alone where they have no words.
struct GeneratedText {
    private(set) var tokens: [Generator.Token] = []
    private let request: PreparedGeneration
    private var text = ""

    init(_ request: PreparedGeneration) { self.request = request }

    /// Adds a token.
    mutating func append(_ token: Generator.Token) {
        tokens.append(token)
        if !request.parameters.ends.contains(token.id) { text += token.text ?? "" }
    }

    /// Why it ends here; nil where it goes on.
    var finishReason: FinishReason? {
        guard let last = tokens.last else { return nil }
        if request.parameters.ends.contains(last.id) { return .endToken }
        // What was there before the last token had none.
        let stops = request.parameters.stopTexts.contains { stop in
            text.utf8.suffix(stop.utf8.count + (last.text?.utf8.count ?? 0)).contains(stop.utf8)
        }
        if stops { return .stopText }
        return tokens.count >= request.parameters.limit ? .length : nil
    }

    /// The text as it is, and why it ended.
    func result(_ reason: FinishReason) -> GenerationResult {
        guard let words = request.model.words else { return GenerationResult(request, tokens: tokens, reason) }
        var whole = text
        if request.parameters.returnsAll {
            let beginning = request.beginning.text ?? words.text(of: request.beginning.tokens)
            whole = beginning + (text.isEmpty ? "" : words.separator + text)
        }
        return GenerationResult(request, text: whole, tokens: tokens, reason)
    }
}

extension Collection where Element == UInt8 {
    /// Whether the bytes stand in a row somewhere.
    fileprivate func contains(_ part: String.UTF8View) -> Bool {
        let (bytes, part) = (Array(self), Array(part))
        guard bytes.count >= part.count else { return false }
        return (0...bytes.count - part.count).contains { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }
}
