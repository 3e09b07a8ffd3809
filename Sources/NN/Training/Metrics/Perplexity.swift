#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How many equally likely classes would be as hard to guess: e to the mean cross-entropy.
///
/// It needs class indices and a network that ends in `softmax`. Probabilities below 1e-7 count as that, as in Keras's
/// losses.
struct Perplexity: Metric {
    static let names = ["perplexity"]
    static let isHigherBetter = false

    private let classes: Int
    private let positions: Int

    init(for outcome: Outcome) throws(MetricRequirement) {
        guard outcome.targetsAreLabels, outcome.activation == .softmax else {
            throw MetricRequirement(text: "needs class indices as targets and a network that ends in softmax")
        }
        classes = outcome.prediction.last
        positions = outcome.target.shape.volume
    }

    var sumCount: Int { 1 }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        for position in 0..<rows * positions {
            let probability = predictions[position * classes + Int(targets[position])]
            sums[0] -= log(Double(max(probability, 1e-7)))
        }
    }

    func value(of sums: [Double], rows: Int) -> Double { exp(sums[0] / Double(rows * max(positions, 1))) }
}
