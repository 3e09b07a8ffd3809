#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// The choice of Keras's `AUC`: the area under a curve of true over false positives, or of precision over recall.
struct AreaUnderCurveKind: MetricKind {
    static let names = ["auc", "AUC"]

    private let thresholds: Int
    private let curve: AreaUnderCurve.Curve
    private let summation: AreaUnderCurve.Summation
    private let labels: LabelAreas.Choice?

    init(reading arguments: inout ObjectReader) {
        thresholds = arguments.int("num_thresholds", in: 2...100_000, default: 200)
        curve = arguments.choice("curve", default: .receiverOperating)
        summation = arguments.choice("summation_method", default: .interpolation)
        labels = LabelAreas.Choice(reading: &arguments)
        arguments.only(.bool(false), for: "from_logits")
        arguments.only(nil, for: "thresholds")
    }

    func write(to json: inout JSONWriter) {
        json.field("num_thresholds", thresholds)
        json.field("curve", curve.rawValue)
        json.field("summation_method", summation.rawValue)
        labels?.write(to: &json)
    }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        func area(of label: Int?) throws(MetricRequirement) -> AreaUnderCurve {
            let sums = try ThresholdSums(for: outcome, count: thresholds, place: label)
            return AreaUnderCurve(sums: sums, curve: curve, summation: summation)
        }
        guard let labels else { return try area(of: nil) }
        return try LabelAreas(labels, of: max(outcome.prediction.last, 1), area)
    }
}

/// The area under a curve through even thresholds from 0 to 1.
///
/// With its defaults it is that of true over false positives, straight in between. Source: keras.io/api/metrics.
struct AreaUnderCurve: Metric {
    static let isHigherBetter = true

    /// What lies along the curve.
    enum Curve: String, CaseIterable, Sendable {
        /// True over false positives.
        case receiverOperating = "ROC"
        /// Precision over recall.
        case precisionRecall = "PR"
    }

    /// How high the curve is between two thresholds.
    enum Summation: String, CaseIterable, Sendable {
        /// The middle; of precision over recall as Davis and Goadrich 2006 have it.
        case interpolation
        /// The lower of both.
        case minoring
        /// The higher of both.
        case majoring
    }

    fileprivate let sums: ThresholdSums
    fileprivate let curve: Curve
    fileprivate let summation: Summation

    fileprivate init(sums: ThresholdSums, curve: Curve, summation: Summation) {
        (self.sums, self.curve, self.summation) = (sums, curve, summation)
    }

    var sumCount: Int { sums.sumCount }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        self.sums.add(predictions: predictions, targets: targets, rows: rows, to: sums)
    }

    func value(of sums: [Double], rows: Int) -> Double {
        let counts = self.sums.counts(of: sums)
        if curve == .precisionRecall, summation == .interpolation { return Self.interpolated(counts) }
        let points = counts.map { point in
            let recall = share(point.right, of: point.right + point.missed)
            return curve == .receiverOperating
                ? (x: share(point.wrong, of: point.wrong + point.passed), y: recall)
                : (x: recall, y: share(point.right, of: point.right + point.wrong))
        }
        return zip(points, points.dropFirst()).reduce(0) { area, pair in
            let height =
                switch summation {
                case .interpolation: (pair.0.y + pair.1.y) / 2
                case .minoring: min(pair.0.y, pair.1.y)
                case .majoring: max(pair.0.y, pair.1.y)
                }
            return area + (pair.0.x - pair.1.x) * height
        }
    }

    /// The area under precision over recall, true positives going straight between thresholds.
    private static func interpolated(
        _ counts: [(right: Double, wrong: Double, passed: Double, missed: Double)]
    ) -> Double {
        var area = 0.0
        for (point, next) in zip(counts, counts.dropFirst()) {
            let (found, foundNext) = (point.right + point.wrong, next.right + next.wrong)
            let slope = share(point.right - next.right, of: found - foundNext)
            let intercept = next.right - slope * foundNext
            let ratio = found > 0 && foundNext > 0 ? found / foundNext : 1
            let increment = slope * (point.right - next.right + intercept * log(ratio))
            area += share(increment, of: max(next.right + next.missed, 0))
        }
        return area
    }
}
