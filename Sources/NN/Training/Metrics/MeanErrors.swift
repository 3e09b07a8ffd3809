/// The mean distance between result and target.
struct AbsoluteErrorMetric: MeanMetric, PlainMetric {
    static let names = ["mean_absolute_error", "mae", "MAE", "MeanAbsoluteError"]
    static let isHigherBetter = false

    private let width: Int

    init(for outcome: Outcome) throws(MetricRequirement) { width = try outcome.comparedWidth() }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var total = 0.0
        for i in 0..<rows * width { total += Double((predictions[i] - targets[i]).magnitude) }
        return total / Double(max(width, 1))
    }
}

/// The mean squared distance between result and target.
struct SquaredErrorMetric: MeanMetric, PlainMetric {
    static let names = ["mean_squared_error", "mse", "MSE", "MeanSquaredError"]
    static let isHigherBetter = false

    private let width: Int

    init(for outcome: Outcome) throws(MetricRequirement) { width = try outcome.comparedWidth() }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var total = 0.0
        for i in 0..<rows * width {
            let distance = Double(predictions[i] - targets[i])
            total += distance * distance
        }
        return total / Double(max(width, 1))
    }
}

/// The square root of the mean squared distance between result and target.
struct RootMeanSquaredError: Metric, PlainMetric {
    static let names = ["root_mean_squared_error", "rmse", "RMSE", "RootMeanSquaredError"]
    static let isHigherBetter = false

    private let squares: SquaredErrorMetric

    init(for outcome: Outcome) throws(MetricRequirement) { squares = try SquaredErrorMetric(for: outcome) }

    var sumCount: Int { squares.sumCount }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        squares.add(predictions: predictions, targets: targets, rows: rows, to: sums)
    }

    func value(of sums: [Double], rows: Int) -> Double { squares.value(of: sums, rows: rows).squareRoot() }
}

/// The mean distance between result and target in hundredths of the target.
struct AbsolutePercentageErrorMetric: MeanMetric, PlainMetric {
    static let names = ["mean_absolute_percentage_error", "mape", "MAPE", "MeanAbsolutePercentageError"]
    static let isHigherBetter = false

    private let width: Int

    /// What a smaller target counts as, Keras's epsilon.
    private static let leastTarget: Float = 1e-7

    init(for outcome: Outcome) throws(MetricRequirement) { width = try outcome.comparedWidth() }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var total = 0.0
        for i in 0..<rows * width {
            let distance = (predictions[i] - targets[i]).magnitude
            total += Double(distance / max(targets[i].magnitude, Self.leastTarget))
        }
        return 100 * total / Double(max(width, 1))
    }
}

extension Outcome {
    /// The numbers of a row that are compared one by one.
    func comparedWidth() throws(MetricRequirement) -> Int {
        guard !targetsAreLabels else {
            throw MetricRequirement(text: "needs a value for each element of the result, found class indices")
        }
        return prediction.volume
    }
}
