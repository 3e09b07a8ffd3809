import JSON

/// The weighted harmonic mean of precision and recall (Keras's `FBetaScore`): recall counts `beta²` times.
struct FBetaScore: Metric {
    static let isHigherBetter = true

    private let choice: FBetaChoice
    private let counts: ClassCounts

    init(for outcome: Outcome, _ choice: FBetaChoice) {
        self.choice = choice
        let vectors: ClassCounts.Rule
        if let threshold = choice.threshold {
            vectors = .each(beyond: Float(threshold))
        } else {
            vectors = outcome.prediction.last == 1 ? .elements : .greatest
        }
        counts = ClassCounts(outcome, outcome.targetsAreLabels ? .index : vectors)
    }

    var sumCount: Int { counts.count }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        counts.add(predictions: predictions, targets: targets, rows: rows, to: sums)
    }

    private func score(_ right: Double, _ wrong: Double, _ missed: Double) -> Double {
        let square = choice.beta * choice.beta
        return share((1 + square) * right, of: (1 + square) * right + square * missed + wrong)
    }

    func list(of sums: [Double]) -> [Double]? { choice.average == nil ? counts.each(of: sums, score) : nil }

    func value(of sums: [Double], rows: Int) -> Double {
        switch choice.average {
        case .macro, nil: return counts.mean(of: sums, score)
        case .micro:
            let totals = (0..<3).map { kind in stride(from: kind, to: sums.count, by: 3).reduce(0) { $0 + sums[$1] } }
            return score(totals[0], totals[1], totals[2])
        case .weighted:
            let there = stride(from: 0, to: sums.count, by: 3).map { sums[$0] + sums[$0 + 2] }
            let scores = stride(from: 0, to: sums.count, by: 3).map { score(sums[$0], sums[$0 + 1], sums[$0 + 2]) }
            return share(zip(scores, there).reduce(0) { $0 + $1.0 * $1.1 }, of: there.reduce(0, +))
        }
    }
}

/// The arguments of Keras's `FBetaScore` and `F1Score`.
struct FBetaChoice: Sendable, Equatable {
    /// How classes become one number.
    enum Average: String, CaseIterable, Sendable {
        /// The mean over the classes.
        case macro
        /// All classes counted together.
        case micro
        /// The mean over the classes, each as often as it is there.
        case weighted
    }

    /// Nil for a score of each class.
    let average: Average?
    let beta: Double
    /// Beyond what an element is found; nil where the greatest of a vector is.
    let threshold: Double?

    init(reading arguments: inout ObjectReader, beta: Double?) {
        // Keras's default is null, here the mean over the classes.
        let isOfEach = arguments.has("average") && arguments.optionalValue("average") == nil
        average = isOfEach ? nil : arguments.choice("average", default: .macro)
        self.beta = beta ?? arguments.double("beta", in: .above(0, through: 1e6), default: 1)
        threshold = arguments.optionalDouble("threshold", in: .above(0, through: 1))
    }
}

/// The choice of Keras's `FBetaScore`.
struct FBetaScoreKind: MetricKind {
    static let names = ["fbeta_score", "f_beta_score", "FBetaScore"]

    private let choice: FBetaChoice

    init(reading arguments: inout ObjectReader) { choice = FBetaChoice(reading: &arguments, beta: nil) }

    func write(to json: inout JSONWriter) {
        json.field("average", choice.average?.rawValue)
        json.field("beta", choice.beta)
        json.field("threshold", ifPresent: choice.threshold)
    }

    func metric(for outcome: Outcome) -> any Metric { FBetaScore(for: outcome, choice) }
}

/// The choice of Keras's `F1Score`, which is `FBetaScore` with a beta of 1.
struct F1ScoreKind: MetricKind {
    static let names = ["f1_score", "F1Score"]

    private let choice: FBetaChoice

    init(reading arguments: inout ObjectReader) { choice = FBetaChoice(reading: &arguments, beta: 1) }

    func write(to json: inout JSONWriter) {
        json.field("average", choice.average?.rawValue)
        json.field("threshold", ifPresent: choice.threshold)
    }

    func metric(for outcome: Outcome) -> any Metric { FBetaScore(for: outcome, choice) }
}
