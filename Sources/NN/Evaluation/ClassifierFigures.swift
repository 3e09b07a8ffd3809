/// What a classifier's answers are worth.
public struct ClassifierFigures: Sendable {
    /// Precision, recall and F1 of each class and on average, and how many samples each has.
    public let table: ClassTable
    /// How often each class, a row, was taken for each, a column; nil where a sample may have several, or there are more
    /// than `greatestMatrix` classes.
    public let confusionMatrix: [[Int]]?
    /// The share of samples whose classes were all found.
    public let accuracy: Double?
    /// How far probabilities are to be trusted; nil where results are none, or a sample may have several classes.
    public let calibration: Calibration?
    /// The curve of each class over the share of the others taken for it; nil where there is none.
    public let rocCurves: [ROCCurve?]
    /// The curve of each class over recall; nil where there is none.
    public let precisionRecallCurves: [PrecisionRecallCurve?]

    /// The most classes of which there is a confusion matrix.
    public static let greatestMatrix = 1000
    /// The most points of all curves together, where there are very many classes.
    private static let greatestPoints = 400_000

    /// The figures of an output; nil where its results are no classes.
    public init?(_ output: ScoredOutput) {
        let judgement = output.judgement
        guard let classes = judgement.classes else { return nil }
        let samples = Samples(output, judgement)
        var (right, predicted, support) = (
            [Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes),
            [Int](repeating: 0, count: classes)
        )
        let isExclusive = judgement != .anyOf(classes: classes)
        var matrix =
            isExclusive && classes <= Self.greatestMatrix
            ? [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes) : nil
        var calibration = isExclusive && output.areProbabilities && output.isFinite ? Calibration() : nil
        var whole = 0
        for sample in samples.places {
            var isRight = true
            if isExclusive {
                let (own, found) = (samples.target(sample), samples.prediction(sample))
                support[own] += 1
                predicted[found] += 1
                if own == found { right[own] += 1 }
                isRight = own == found
                matrix?[own][found] += 1
                calibration?.add(samples.confidence(sample, in: found), isRight: isRight)
            } else {
                for number in 0..<classes {
                    let (own, found) = (samples.has(sample, number), samples.finds(sample, number))
                    if own { support[number] += 1 }
                    if found { predicted[number] += 1 }
                    if own, found { right[number] += 1 }
                    if own != found { isRight = false }
                }
            }
            if isRight { whole += 1 }
        }
        table = ClassTable(right: right, predicted: predicted, support: support, countsAll: !isExclusive)
        confusionMatrix = matrix
        self.calibration = calibration
        accuracy = samples.places.isEmpty ? nil : Double(whole) / Double(samples.places.count)
        let limit = max(16, min(PointThinning.limit, Self.greatestPoints / (2 * classes)))
        let isFinite = output.isFinite
        var (rocCurves, precisionRecallCurves): ([ROCCurve?], [PrecisionRecallCurve?]) = ([], [])
        for number in 0..<classes {
            guard isFinite, support[number] > 0 else {
                rocCurves.append(nil)
                precisionRecallCurves.append(nil)
                continue
            }
            let counts = ThresholdCounts(
                samples.places.map { (samples.score($0, number), samples.has($0, number)) }
            )
            rocCurves.append(ROCCurve(counts, limit: limit))
            precisionRecallCurves.append(PrecisionRecallCurve(counts, limit: limit))
        }
        self.rocCurves = rocCurves
        self.precisionRecallCurves = precisionRecallCurves
    }
}
