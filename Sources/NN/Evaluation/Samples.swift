/// The samples of an output that count, one for each class that is to be found.
struct Samples {
    /// Where the numbers of each sample begin, counted in samples.
    let places: [Int]

    private let output: ScoredOutput
    private let width: Int
    private let isBinary: Bool
    private let targetsAreLabels: Bool
    private let holdsSeveral: Bool

    /// The samples of an output.
    ///
    /// - Parameters:
    ///   - output: The output.
    ///   - judgement: What its results are.
    ///   - places: Those that are looked at; nil for all that count.
    init(_ output: ScoredOutput, _ judgement: OutputJudgement, places: [Int]? = nil) {
        self.output = output
        isBinary = judgement == .binary
        if case .anyOf = judgement { holdsSeveral = true } else { holdsSeveral = false }
        width = isBinary ? 1 : max(output.shape.last, 1)
        if case .labels = output.target.allowed { targetsAreLabels = !isBinary } else { targetsAreLabels = false }
        let each = output.samplesPerRow(judgement)
        self.places =
            places
            ?? (0..<output.rows * each).filter { place in
                output.counts(row: place / each, sample: place % each, of: each)
            }
    }

    /// The class that a sample has.
    func target(_ place: Int) -> Int {
        if isBinary { return output.targets.pointer[place] > 0.5 ? 1 : 0 }
        if targetsAreLabels { return Int(output.targets.pointer[place]) }
        return greatest(of: output.targets.pointer + place * width, width)
    }

    /// The class that was predicted.
    func prediction(_ place: Int) -> Int {
        if isBinary { return output.predictions.pointer[place] > 0.5 ? 1 : 0 }
        return greatest(of: output.predictions.pointer + place * width, width)
    }

    /// The probability of a class.
    func confidence(_ place: Int, in number: Int) -> Float {
        guard isBinary else { return output.predictions.pointer[place * width + number] }
        let one = output.predictions.pointer[place]
        return number == 1 ? one : 1 - one
    }

    /// How much speaks for a class.
    func score(_ place: Int, _ number: Int) -> Double {
        guard isBinary else { return Double(output.predictions.pointer[place * width + number]) }
        let one = Double(output.predictions.pointer[place])
        return number == 1 ? one : 1 - one
    }

    /// Whether a sample has a class.
    func has(_ place: Int, _ number: Int) -> Bool {
        if isBinary || targetsAreLabels { return target(place) == number }
        return holdsSeveral ? output.targets.pointer[place * width + number] > 0.5 : target(place) == number
    }

    /// Whether a class was found, where a sample may have several.
    func finds(_ place: Int, _ number: Int) -> Bool { output.predictions.pointer[place * width + number] > 0.5 }
}
