/// Precision over recall, by threshold (scikit-learn's `precision_recall_curve`).
public struct PrecisionRecallCurve: Sendable, Equatable {
    /// From which score on a sample counts as found, rising; the last point, precision 1 and recall 0, has none, which is
    /// infinity here.
    public let thresholds: [Double]
    /// The share of what is found that is of the class.
    public let precisions: [Double]
    /// The share of the class that is found.
    public let recalls: [Double]
    /// The mean of the precisions, each weighted by how much recall grew up to it (scikit-learn's
    /// `average_precision_score`), of all points.
    public let averagePrecision: Double

    /// The curve; nil where the class has no samples.
    ///
    /// - Parameters:
    ///   - counts: What was counted.
    ///   - limit: The most points; those on a line between their neighbours are left out in any case.
    public init?(_ counts: ThresholdCounts, limit: Int = PointThinning.limit) {
        let positives = counts.positives
        guard positives > 0 else { return nil }
        func precision(_ place: Int) -> Double {
            let found = counts.found[place]
            return Double(found) / Double(found + counts.wrong[place])
        }
        var average = 0.0
        var before = 0
        for place in counts.found.indices {
            average += Double(counts.found[place] - before) / Double(positives) * precision(place)
            before = counts.found[place]
        }
        averagePrecision = average
        let count = counts.found.count
        // Behind the least threshold, rising, stands the point without one.
        func found(_ point: Int) -> Int { point == count ? 0 : counts.found[count - 1 - point] }
        let kept = PointThinning.kept(of: count + 1, limit: limit) { last, point in
            point < count - 1 && found(last) == found(point) && found(point) == found(point + 1)
        }
        thresholds = kept.map { $0 == count ? .infinity : counts.thresholds[count - 1 - $0] }
        precisions = kept.map { $0 == count ? 1 : precision(count - 1 - $0) }
        recalls = kept.map { Double(found($0)) / Double(positives) }
    }
}
