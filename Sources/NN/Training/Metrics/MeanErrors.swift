/// The mean distance between result and target.
struct AbsoluteErrorMetric: Metric {
    static let names = ["mean_absolute_error", "mae", "MAE"]

    private let width: Int

    init(for outcome: Outcome) throws(MetricRequirement) { width = try outcome.comparedWidth() }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var total = 0.0
        for i in 0..<rows * width { total += Double((predictions[i] - targets[i]).magnitude) }
        return total / Double(max(width, 1))
    }
}

/// The mean squared distance between result and target.
struct SquaredErrorMetric: Metric {
    static let names = ["mean_squared_error", "mse", "MSE"]

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

extension Outcome {
    /// The numbers of a row that are compared one by one.
    fileprivate func comparedWidth() throws(MetricRequirement) -> Int {
        guard !targetsAreLabels else {
            throw MetricRequirement(text: "needs a value for each element of the result, found class indices")
        }
        return prediction.volume
    }
}
