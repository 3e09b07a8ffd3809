/// How many insertions, deletions and replacements of characters make what the network says what it should say, over all
/// rows, to the characters that it should say.
///
/// The characters are those of the classes' texts where the data has texts, else the classes themselves.
struct CharacterErrorRate: SequenceMetric, PlainMetric {
    static let names = ["character_error_rate"]
    static let isHigherBetter = false

    let reader: SequenceReader
    private let texts: ClassTexts?

    init(for outcome: Outcome) throws(MetricRequirement) {
        reader = try SequenceReader(for: outcome)
        texts = outcome.words.map(ClassTexts.init)
    }

    var sumCount: Int { 2 }

    func add(_ said: [Int], _ wanted: [Int], to sums: UnsafeMutablePointer<Double>) {
        if let texts {
            sums.addErrors(texts.characters(of: said), texts.characters(of: wanted))
        } else {
            sums.addErrors(said, wanted)
        }
    }

    func value(of sums: [Double], rows: Int) -> Double { sums.errorRate }
}

extension UnsafeMutablePointer<Double> {
    /// Adds the errors of a row, and the length of what it should have said.
    func addErrors<Element: Equatable>(_ said: [Element], _ wanted: [Element]) {
        self[0] += Double(EditDistance.between(said, wanted))
        self[1] += Double(wanted.count)
    }
}

extension [Double] {
    /// The errors to the length of what should have been said; where that is nothing, 0, or 1 where something was said.
    var errorRate: Double { self[1] > 0 ? self[0] / self[1] : (self[0] > 0 ? 1 : 0) }
}
