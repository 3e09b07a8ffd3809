/// The share of a class that is found over the share of the others that is taken for it, by threshold (scikit-learn's
/// `roc_curve`).
public struct ROCCurve: Sendable, Equatable {
    /// From which score on a sample counts as found, falling; the first is infinite.
    public let thresholds: [Double]
    /// The share of the other classes' samples that is found.
    public let falsePositiveRates: [Double]
    /// The share of the class's samples that is found.
    public let truePositiveRates: [Double]
    /// The area under the curve, of all points.
    public let area: Double

    /// The curve; nil where the class has no samples, or the others have none.
    ///
    /// - Parameters:
    ///   - counts: What was counted.
    ///   - limit: The most points; those on a line between their neighbours are left out in any case.
    public init?(_ counts: ThresholdCounts, limit: Int = PointThinning.limit) {
        let (positives, negatives) = (counts.positives, counts.negatives)
        guard positives > 0, negatives > 0 else { return nil }
        let found = [0] + counts.found
        let wrong = [0] + counts.wrong
        let thresholds = [Double.infinity] + counts.thresholds
        var area = 0.0
        for place in 1..<found.count {
            area += Double(wrong[place] - wrong[place - 1]) * Double(found[place] + found[place - 1]) / 2
        }
        self.area = area / Double(positives) / Double(negatives)
        let kept = PointThinning.kept(of: found.count, limit: limit) { last, place in
            // Whole numbers, so that a line is told exactly.
            let (ahead, aside) = (found[place + 1] - found[place], wrong[place + 1] - wrong[place])
            return (found[place] - found[last]) * aside == (wrong[place] - wrong[last]) * ahead
        }
        self.thresholds = kept.map { thresholds[$0] }
        falsePositiveRates = kept.map { Double(wrong[$0]) / Double(negatives) }
        truePositiveRates = kept.map { Double(found[$0]) / Double(positives) }
    }
}
