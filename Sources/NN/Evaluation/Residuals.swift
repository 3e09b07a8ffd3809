/// How targets minus predictions are spread.
public struct Residuals: Sendable, Equatable {
    /// Their mean.
    public let mean: Double
    /// Their standard deviation, of the samples themselves (NumPy's `std`).
    public let standardDeviation: Double
    /// For each of `levels`, the number below which that share of them lies, between two in proportion (NumPy's `quantile`).
    public let quantiles: [Double]

    /// The shares.
    public static let levels = [0.05, 0.25, 0.5, 0.75, 0.95]

    /// The spread of numbers; nil where there are none, or one isn't finite.
    public init?(_ residuals: [Double]) {
        guard !residuals.isEmpty, residuals.allSatisfy(\.isFinite) else { return nil }
        let count = Double(residuals.count)
        let mean = residuals.reduce(0, +) / count
        self.mean = mean
        let square = residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardDeviation = (square / count).squareRoot()
        let sorted = residuals.sorted()
        quantiles = Self.levels.map { level in
            let place = level * (count - 1)
            let below = Int(place)
            let next = sorted[min(below + 1, sorted.count - 1)]
            return sorted[below] + (next - sorted[below]) * (place - Double(below))
        }
    }
}
