/// The area under the curve of true over false positives (Keras's `AUC` with its defaults).
///
/// The curve goes through 200 thresholds from 0 to 1 and is straight in between. Source: keras.io/api/metrics.
struct AreaUnderCurve: Metric {
    static let names = ["auc", "AUC"]
    static let isHigherBetter = true

    private let width: Int

    /// How many thresholds there are.
    private static let thresholds = 200

    init(for outcome: Outcome) throws(MetricRequirement) {
        guard !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs targets of 0 and 1, found class indices")
        }
        width = outcome.prediction.volume
    }

    /// How many elements that are 1, then how many that are 0, lie between two thresholds.
    var sumCount: Int { 2 * Self.thresholds }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        let steps = Float(Self.thresholds - 1)
        // A prediction that is no number counts as 0, the lesser of two being taken only where it can be told.
        for i in 0..<rows * width {
            let place = (min(max(0, predictions[i]), 1) * steps).rounded(.up) - 1
            let bucket = place > 0 ? Int(place) : 0
            sums[targets[i] > 0.5 ? bucket : Self.thresholds + bucket] += 1
        }
    }

    func value(of sums: [Double], rows: Int) -> Double {
        let (ones, zeros) = (sums[..<Self.thresholds].reduce(0, +), sums[Self.thresholds...].reduce(0, +))
        guard ones > 0, zeros > 0 else { return 0 }
        var area = 0.0
        var (found, wrong) = (0.0, 0.0)
        for bucket in (0..<Self.thresholds).reversed() {
            let (right, left) = (found + sums[bucket] / ones, wrong + sums[Self.thresholds + bucket] / zeros)
            // What lies beyond the highest threshold is no part of the curve.
            if bucket < Self.thresholds - 1 { area += (left - wrong) * (right + found) / 2 }
            (found, wrong) = (right, left)
        }
        return area
    }
}
