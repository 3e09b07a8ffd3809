/// The texts that classes stand for, by which metrics read sequences of classes as characters and words.
struct ClassTexts: Sendable {
    private let texts: [String]
    /// Whether each class is a word by itself, of which none says where words end.
    private let areWords: Bool

    /// What stands where a class has no text.
    private static let unknown = "\u{FFFD}"
    /// What stands for a space in the pieces of SentencePiece.
    private static let visibleSpace = "\u{2581}"

    /// Texts in the order of the classes.
    init(_ words: [String]) {
        texts = words.map { word in
            String(word.map { String($0) == Self.visibleSpace ? " " : $0 })
        }
        areWords = !texts.contains { $0.contains(where: \.isWhitespace) }
    }

    /// The words that classes say: parted at white space, or each class one where no text has any.
    func words(of classes: [Int]) -> [Substring] { text(of: classes).split(whereSeparator: \.isWhitespace) }

    /// The characters that classes say, as Unicode scalars.
    func characters(of classes: [Int]) -> [Unicode.Scalar] { Array(text(of: classes).unicodeScalars) }

    private func text(of classes: [Int]) -> String {
        classes.map { texts.indices.contains($0) ? texts[$0] : Self.unknown }.joined(separator: areWords ? " " : "")
    }
}
