#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// How many equally likely classes would be as hard to guess: e to the mean cross-entropy.
///
/// It needs class indices and a network that ends in `softmax`, or in logits of which the loss makes one. Probabilities
/// below 1e-7 count as that, as in Keras's losses; of logits none is too small.
struct Perplexity: Metric, PlainMetric {
    static let names = ["perplexity"]
    static let isHigherBetter = false

    private let classes: Int
    private let positions: Int
    private let areLogits: Bool

    init(for outcome: Outcome) throws(MetricRequirement) {
        guard outcome.targetsAreLabels, outcome.activation == .softmax || outcome.areLogits else {
            throw MetricRequirement(text: "needs class indices as targets and a network that ends in softmax")
        }
        areLogits = outcome.areLogits
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
            let (own, label) = (predictions + position * classes, Int(targets[position]))
            if areLogits {
                sums[0] += Double(SoftmaxRow.logSumExp(own, classes)) - Double(own[label])
            } else {
                sums[0] -= log(Double(max(own[label], 1e-7)))
            }
        }
    }

    func value(of sums: [Double], rows: Int) -> Double { exp(sums[0] / Double(rows * max(positions, 1))) }
}
