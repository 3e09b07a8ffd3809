/// How much of the targets' variance the results explain (Keras's `R2Score` with its defaults): the mean of R² over the
/// elements of a result.
struct DeterminationCoefficient: Metric {
    static let names = ["r2_score", "R2Score"]
    static let isHigherBetter = true

    private let width: Int

    init(for outcome: Outcome) throws(MetricRequirement) { width = try outcome.comparedWidth() }

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
        var total = 0.0
        for element in 0..<width {
            let mean = sums[3 * element] / Double(rows)
            let variance = sums[3 * element + 1] - mean * sums[3 * element]
            // Keras gives 0 where the targets don't vary.
            if variance > 0 { total += 1 - sums[3 * element + 2] / variance }
        }
        return total / Double(max(width, 1))
    }
}
