/// How many insertions, deletions and replacements of words make what the network says what it should say, over all rows,
/// to the words that it should say.
///
/// The words are those of the classes' texts: parted at white space, or each class one where no text has any.
struct WordErrorRate: SequenceMetric, PlainMetric {
    static let names = ["word_error_rate"]
    static let isHigherBetter = false

    let reader: SequenceReader
    private let texts: ClassTexts

    init(for outcome: Outcome) throws(MetricRequirement) {
        reader = try SequenceReader(for: outcome)
        guard let words = outcome.words else {
            throw MetricRequirement(
                text: "needs the text of each class, and the data has numbers; there is \"character_error_rate\""
            )
        }
        texts = ClassTexts(words)
    }

    var sumCount: Int { 2 }

    func add(_ said: [Int], _ wanted: [Int], to sums: UnsafeMutablePointer<Double>) {
        sums.addErrors(texts.words(of: said), texts.words(of: wanted))
    }

    func value(of sums: [Double], rows: Int) -> Double { sums.errorRate }
}
