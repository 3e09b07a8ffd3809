/// How many samples of a class, and of all others, have a score of at least each that occurs.
///
/// Source: scikit-learn's `_binary_clf_curve`: equal scores are one threshold.
public struct ThresholdCounts: Sendable {
    /// The scores that occur, falling.
    public private(set) var thresholds: [Double] = []
    /// How many samples of the class have that score or a greater one.
    public private(set) var found: [Int] = []
    /// How many samples of other classes have.
    public private(set) var wrong: [Int] = []

    /// How many samples the class has.
    public var positives: Int { found.last ?? 0 }
    /// How many samples the other classes have.
    public var negatives: Int { wrong.last ?? 0 }

    /// Counts samples.
    ///
    /// - Parameter samples: Each sample's score, a finite number, and whether it is of the class.
    public init(_ samples: [(score: Double, isPositive: Bool)]) {
        let sorted = samples.sorted { $0.score > $1.score }
        var counts = (found: 0, wrong: 0)
        for (place, sample) in sorted.enumerated() {
            if sample.isPositive { counts.found += 1 } else { counts.wrong += 1 }
            guard place == sorted.count - 1 || sorted[place + 1].score != sample.score else { continue }
            thresholds.append(sample.score)
            found.append(counts.found)
            wrong.append(counts.wrong)
        }
    }
}
