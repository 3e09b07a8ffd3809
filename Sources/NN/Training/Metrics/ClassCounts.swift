/// For each class, how many were found, how many found wrongly and how many missed.
///
/// Where targets are numbers, Keras's `Precision` and `Recall` count every element beyond ½ as found, as one class. Where
/// targets are class indices, the class of the greatest element is the one that is found.
struct ClassCounts: Sendable {
    /// How a result becomes classes.
    enum Rule: Sendable {
        /// Each element of the result is yes or no, on its side of ½.
        case elements
        /// Each element of a vector is yes or no for a class of its own, on its side of a threshold.
        case each(beyond: Float)
        /// The greatest element of each vector, targets as vectors.
        case greatest
        /// The greatest element of each vector, targets as indices.
        case index
    }

    private let rule: Rule
    private let width: Int
    private let positions: Int

    /// The classes that are counted.
    var classes: Int {
        if case .elements = rule { 1 } else { width }
    }

    init(_ outcome: Outcome, _ rule: Rule) {
        self.rule = rule
        width = outcome.prediction.last
        positions = outcome.prediction.volume / max(width, 1)
    }

    /// The numbers that are counted.
    var count: Int { 3 * classes }

    /// Counts rows.
    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        switch rule {
        case .elements:
            for i in 0..<rows * positions * width {
                let (found, there) = (predictions[i] > 0.5, targets[i] > 0.5)
                if found || there { sums[found ? (there ? 0 : 1) : 2] += 1 }
            }
        case .each(let threshold):
            for i in 0..<rows * positions * width {
                let (found, there) = (predictions[i] > threshold, targets[i] > 0.5)
                if found || there { sums[3 * (i % width) + (found ? (there ? 0 : 1) : 2)] += 1 }
            }
        case .greatest, .index:
            for position in 0..<rows * positions {
                let found = greatest(of: predictions + position * width, width)
                let there: Int
                if case .index = rule {
                    there = Int(targets[position])
                } else {
                    there = greatest(of: targets + position * width, width)
                }
                if found == there {
                    sums[3 * found] += 1
                } else {
                    sums[3 * found + 1] += 1
                    sums[3 * there + 2] += 1
                }
            }
        }
    }

    /// The mean over the classes of what the counts of one come to; 0 where its divisor is 0.
    func mean(of sums: [Double], _ quotient: (_ right: Double, _ wrong: Double, _ missed: Double) -> Double) -> Double {
        each(of: sums, quotient).reduce(0, +) / Double(max(classes, 1))
    }

    /// What the counts of each class come to; 0 where its divisor is 0.
    func each(of sums: [Double], _ quotient: (_ right: Double, _ wrong: Double, _ missed: Double) -> Double) -> [Double]
    {
        (0..<classes).map { place in
            let value = quotient(sums[3 * place], sums[3 * place + 1], sums[3 * place + 2])
            return value.isNaN ? 0 : value
        }
    }
}

/// A metric of class indices that is made of `ClassCounts`.
protocol ClassCountMetric: Metric {
    /// What is counted.
    var counts: ClassCounts { get }
    /// The one class that counts; nil for the mean over all.
    var place: Int? { get }

    /// What the counts of one class come to; no number where that can't be told.
    static func quotient(right: Double, wrong: Double, missed: Double) -> Double
}

extension ClassCountMetric {
    static var isHigherBetter: Bool { true }

    var sumCount: Int { counts.count }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        counts.add(predictions: predictions, targets: targets, rows: rows, to: sums)
    }

    func value(of sums: [Double], rows: Int) -> Double {
        guard let place else { return counts.mean(of: sums) { Self.quotient(right: $0, wrong: $1, missed: $2) } }
        let own = Self.quotient(right: sums[3 * place], wrong: sums[3 * place + 1], missed: sums[3 * place + 2])
        return own.isNaN ? 0 : own
    }
}

/// The share of what was found that is right, for class indices: that of one class, or the mean over all.
struct Precision: ClassCountMetric {
    let counts: ClassCounts
    let place: Int?

    init(for outcome: Outcome, _ rule: PositiveRule) throws(MetricRequirement) {
        counts = ClassCounts(outcome, .index)
        place = try outcome.checked(rule)
    }

    static func quotient(right: Double, wrong: Double, missed: Double) -> Double { right / (right + wrong) }
}

/// The share of what is there that was found, for class indices: that of one class, or the mean over all.
struct Recall: ClassCountMetric {
    let counts: ClassCounts
    let place: Int?

    init(for outcome: Outcome, _ rule: PositiveRule) throws(MetricRequirement) {
        counts = ClassCounts(outcome, .index)
        place = try outcome.checked(rule)
    }

    static func quotient(right: Double, wrong: Double, missed: Double) -> Double { right / (right + missed) }
}

extension Outcome {
    /// The class that a rule names, where the network tells it.
    fileprivate func checked(_ rule: PositiveRule) throws(MetricRequirement) -> Int? {
        guard rule.greatest == nil else {
            throw MetricRequirement(text: "needs targets of 0 and 1 for top_k, found class indices")
        }
        guard rule.thresholds == [0.5] else {
            throw MetricRequirement(text: "needs targets of 0 and 1 for thresholds, found class indices")
        }
        if let place = rule.classPlace, place >= prediction.last {
            throw MetricRequirement(
                text: "needs a class_id below \(prediction.last), the classes that the network tells apart"
            )
        }
        return rule.classPlace
    }
}
