import Foundation

/// How many of the runs of 1 to 4 classes that the network says are in what it should say, from 0 to 100: the BLEU of all
/// rows together, as sacrebleu 2 computes it on tokens, with its smoothing `exp`.
///
/// 100 · b · (p₁ p₂ p₃ p₄)^¼, where pₙ is the share of runs of n that are found, each as often as it is there, and b =
/// e^(1 − r/s) where what is said, s classes, is shorter than what should be, r. The k-th share that is 0 counts as
/// 1/(2ᵏ · runs). Source: Papineni et al. 2002; Post 2018, arXiv:1804.08771.
struct BLEU: SequenceMetric, PlainMetric {
    static let names = ["bleu"]
    static let isHigherBetter = true

    /// The longest runs.
    private static let order = 4

    let reader: SequenceReader

    init(for outcome: Outcome) throws(MetricRequirement) { reader = try SequenceReader(for: outcome) }

    /// For each length the runs that are found and those that are said; what is said and what should be.
    var sumCount: Int { 2 * Self.order + 2 }

    func add(_ said: [Int], _ wanted: [Int], to sums: UnsafeMutablePointer<Double>) {
        for length in 1...Self.order {
            let there = Self.runs(of: length, in: wanted)
            var found = 0
            for (run, count) in Self.runs(of: length, in: said) { found += min(count, there[run] ?? 0) }
            sums[length - 1] += Double(found)
            sums[Self.order + length - 1] += Double(max(0, said.count - length + 1))
        }
        sums[2 * Self.order] += Double(said.count)
        sums[2 * Self.order + 1] += Double(wanted.count)
    }

    /// How often each run of so many classes is there.
    private static func runs(of length: Int, in classes: [Int]) -> [ArraySlice<Int>: Int] {
        guard classes.count >= length else { return [:] }
        var counts: [ArraySlice<Int>: Int] = [:]
        for start in 0...classes.count - length { counts[classes[start..<start + length], default: 0] += 1 }
        return counts
    }

    func value(of sums: [Double], rows: Int) -> Double {
        let (found, said) = (sums[..<Self.order], Array(sums[Self.order..<2 * Self.order]))
        let (length, wanted) = (sums[2 * Self.order], sums[2 * Self.order + 1])
        guard found.contains(where: { $0 > 0 }), said.allSatisfy({ $0 > 0 }) else { return 0 }
        var (smoothing, logarithm) = (1.0, 0.0)
        for (found, said) in zip(found, said) {
            if found == 0 { smoothing *= 2 }
            logarithm += log((found == 0 ? 1 / smoothing : found) / said)
        }
        let brevity = length < wanted ? exp(1 - wanted / length) : 1
        return 100 * brevity * exp(logarithm / Double(Self.order))
    }
}
