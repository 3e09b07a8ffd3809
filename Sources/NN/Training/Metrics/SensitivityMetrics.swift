import JSON

/// A metric that is the best of one figure among the thresholds at which another is high enough.
protocol ConstrainedKind: MetricKind {
    /// The argument that says how high.
    static var argument: String { get }

    /// What is asked for, and what is made great.
    static func figures(
        right: Double,
        wrong: Double,
        passed: Double,
        missed: Double
    ) -> (constrained: Double, wanted: Double)

    /// How high, and at which thresholds.
    var constraint: Constraint { get }

    init(_ constraint: Constraint)

    typealias Constraint = ThresholdConstraint
}

/// How high a figure must be, and at which thresholds it is looked at.
struct ThresholdConstraint: Sendable, Equatable {
    /// The least value.
    let value: Double
    /// How many thresholds there are.
    let thresholds: Int
    /// Which element of each vector is looked at; nil for all.
    let classPlace: Int?
}

extension ConstrainedKind {
    init(reading arguments: inout ObjectReader) {
        self.init(
            ThresholdConstraint(
                value: arguments.double(Self.argument, in: .from(0, through: 1)),
                thresholds: arguments.int("num_thresholds", in: 2...100_000, default: 200),
                classPlace: arguments.optionalInt("class_id", in: 0...1 << 20)
            )
        )
    }

    func write(to json: inout JSONWriter) {
        json.field(Self.argument, constraint.value)
        json.field("num_thresholds", constraint.thresholds)
        json.field("class_id", ifPresent: constraint.classPlace)
    }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        ConstrainedMetric<Self>(
            sums: try ThresholdSums(for: outcome, count: constraint.thresholds, place: constraint.classPlace),
            least: constraint.value
        )
    }
}

/// The best of one figure among the thresholds at which another is high enough; 0 where it never is.
struct ConstrainedMetric<Kind: ConstrainedKind>: Metric {
    static var isHigherBetter: Bool { true }

    fileprivate let sums: ThresholdSums
    fileprivate let least: Double

    var sumCount: Int { sums.sumCount }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        self.sums.add(predictions: predictions, targets: targets, rows: rows, to: sums)
    }

    func value(of sums: [Double], rows: Int) -> Double {
        // Keras compares numbers of single precision.
        self.sums.counts(of: sums).reduce(0) { best, count in
            let found = Kind.figures(
                right: count.right,
                wrong: count.wrong,
                passed: count.passed,
                missed: count.missed
            )
            return Float(found.constrained) >= Float(least) ? max(best, found.wanted) : best
        }
    }
}

/// Keras's `SensitivityAtSpecificity`: the greatest share of ones that are found where at least so many zeros aren't.
struct SensitivityAtSpecificity: ConstrainedKind {
    static let names = ["sensitivity_at_specificity", "SensitivityAtSpecificity"]
    static let argument = "specificity"

    let constraint: ThresholdConstraint

    init(_ constraint: ThresholdConstraint) { self.constraint = constraint }

    static func figures(
        right: Double,
        wrong: Double,
        passed: Double,
        missed: Double
    ) -> (
        constrained: Double, wanted: Double
    ) {
        (share(passed, of: passed + wrong), share(right, of: right + missed))
    }
}

/// Keras's `SpecificityAtSensitivity`: the greatest share of zeros that aren't found where at least so many ones are.
struct SpecificityAtSensitivity: ConstrainedKind {
    static let names = ["specificity_at_sensitivity", "SpecificityAtSensitivity"]
    static let argument = "sensitivity"

    let constraint: ThresholdConstraint

    init(_ constraint: ThresholdConstraint) { self.constraint = constraint }

    static func figures(
        right: Double,
        wrong: Double,
        passed: Double,
        missed: Double
    ) -> (
        constrained: Double, wanted: Double
    ) {
        (share(right, of: right + missed), share(passed, of: passed + wrong))
    }
}

/// Keras's `PrecisionAtRecall`: the greatest precision where recall is high enough.
struct PrecisionAtRecall: ConstrainedKind {
    static let names = ["precision_at_recall", "PrecisionAtRecall"]
    static let argument = "recall"

    let constraint: ThresholdConstraint

    init(_ constraint: ThresholdConstraint) { self.constraint = constraint }

    static func figures(
        right: Double,
        wrong: Double,
        passed: Double,
        missed: Double
    ) -> (
        constrained: Double, wanted: Double
    ) {
        (share(right, of: right + missed), share(right, of: right + wrong))
    }
}

/// Keras's `RecallAtPrecision`: the greatest recall where precision is high enough.
struct RecallAtPrecision: ConstrainedKind {
    static let names = ["recall_at_precision", "RecallAtPrecision"]
    static let argument = "precision"

    let constraint: ThresholdConstraint

    init(_ constraint: ThresholdConstraint) { self.constraint = constraint }

    static func figures(
        right: Double,
        wrong: Double,
        passed: Double,
        missed: Double
    ) -> (
        constrained: Double, wanted: Double
    ) {
        (share(right, of: right + wrong), share(right, of: right + missed))
    }
}
