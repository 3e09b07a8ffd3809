import JSON

/// The choice of Keras's `R2Score`.
struct DeterminationKind: MetricKind {
    static let names = ["r2_score", "R2Score"]

    private let aggregation: DeterminationCoefficient.Aggregation
    private let regressors: Int

    init(reading arguments: inout ObjectReader) {
        aggregation = arguments.choice("class_aggregation", default: .uniform)
        regressors = arguments.int("num_regressors", in: 0...1 << 20, default: 0)
    }

    func write(to json: inout JSONWriter) {
        json.field("class_aggregation", aggregation.rawValue)
        json.field("num_regressors", regressors)
    }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try DeterminationCoefficient(for: outcome, aggregation, regressors: regressors)
    }
}

/// How much of the targets' variance the results explain: the mean of R² over the elements of a result.
struct DeterminationCoefficient: Metric {
    static let isHigherBetter = true

    /// How elements become one number.
    enum Aggregation: String, CaseIterable, Sendable {
        /// The mean.
        case uniform = "uniform_average"
        /// The mean, each element by the variance of its targets.
        case weighted = "variance_weighted_average"
    }

    private let width: Int
    private let aggregation: Aggregation
    private let regressors: Int

    init(for outcome: Outcome, _ aggregation: Aggregation, regressors: Int) throws(MetricRequirement) {
        width = try outcome.comparedWidth()
        (self.aggregation, self.regressors) = (aggregation, regressors)
    }

    /// For each element: the sum of the targets, of their squares, and of the squared distances.
    var sumCount: Int { 3 * width }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        for row in 0..<rows {
            for element in 0..<width {
                let target = Double(targets[row * width + element])
                let distance = Double(predictions[row * width + element]) - target
                sums[3 * element] += target
                sums[3 * element + 1] += target * target
                sums[3 * element + 2] += distance * distance
            }
        }
    }

    func value(of sums: [Double], rows: Int) -> Double {
        var (total, weights) = (0.0, 0.0)
        for element in 0..<width {
            let mean = sums[3 * element] / Double(rows)
            let variance = sums[3 * element + 1] - mean * sums[3 * element]
            let weight = aggregation == .uniform ? 1 : variance
            weights += weight
            // Keras gives 0 where the targets don't vary.
            if variance > 0 { total += weight * (1 - sums[3 * element + 2] / variance) }
        }
        let score = weights > 0 ? total / weights : 0
        // Adjusted for as many things as the results are made of, where that can be; Keras counts every element.
        let numbers = rows * width
        let left = Double(numbers - regressors - 1)
        guard regressors > 0, left > 0 else { return score }
        return 1 - (1 - score) * Double(numbers - 1) / left
    }
}
