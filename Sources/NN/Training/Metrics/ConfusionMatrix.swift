/// How often each class was taken for each other: a row a true class, a column a predicted one (TensorFlow's
/// `math.confusion_matrix`).
///
/// The class of a result is that of its greatest element; a result of one element is class 1 beyond ½, else class 0.
/// As one number it is the share on the diagonal, which is the accuracy.
struct ConfusionMatrix: Metric, PlainMetric {
    static let names = ["confusion_matrix"]

    static var isHigherBetter: Bool { true }

    /// The most classes, beyond which an epoch's record would be longer than is of use.
    static let greatestClassCount = 100

    private let classes: Int
    private let width: Int
    private let positions: Int
    private let targetsAreLabels: Bool

    init(for outcome: Outcome) throws(MetricRequirement) {
        width = outcome.prediction.last
        positions = outcome.prediction.volume / max(width, 1)
        classes = width == 1 ? 2 : width
        targetsAreLabels = outcome.targetsAreLabels
        guard classes <= Self.greatestClassCount else {
            throw MetricRequirement(
                text: "needs at most \(Self.greatestClassCount) classes, but the network tells \(classes) apart"
            )
        }
    }

    var sumCount: Int { classes * classes }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        for position in 0..<rows * positions {
            let found = classIndex(predictions + position * width)
            let there =
                width > 1 && targetsAreLabels ? Int(targets[position]) : classIndex(targets + position * width)
            sums[there * classes + found] += 1
        }
    }

    private func classIndex(_ values: UnsafePointer<Float>) -> Int {
        width == 1 ? (values[0] > 0.5 ? 1 : 0) : greatest(of: values, width)
    }

    func value(of sums: [Double], rows: Int) -> Double {
        let right = (0..<classes).reduce(0) { $0 + sums[$1 * classes + $1] }
        let all = sums.reduce(0, +)
        return all > 0 ? right / all : 0
    }

    func matrix(of sums: [Double]) -> [[Int]]? {
        (0..<classes).map { row in sums[row * classes..<(row + 1) * classes].map { Int($0) } }
    }
}
