import JSON

/// What is counted of elements beyond a threshold: Keras's `TruePositives` and its like, `Precision` and `Recall`.
protocol PositiveCountKind: MetricKind {
    /// Whether a higher number is better.
    static var isHigherBetter: Bool { get }

    /// What the counts come to.
    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double

    /// Whether the greatest of each vector can be what is found.
    static var takesGreatest: Bool { get }

    /// What counts as found.
    var found: PositiveRule { get }

    init(_ found: PositiveRule)
}

/// What counts as found.
struct PositiveRule: Sendable, Equatable {
    /// Beyond what, one figure for each; nil where being among the greatest is enough.
    let thresholds: [Double]?
    /// Whether the figures are a list, as they are where a list of thresholds was given.
    let isList: Bool
    /// Which element of each vector is looked at; nil for all.
    let classPlace: Int?
    /// How many of each vector, the greatest, may be found; nil for all.
    var greatest: Int?

    /// The most thresholds, beyond which an epoch's record would be longer than is of use.
    static let greatestCount = 1000
}

extension PositiveCountKind {
    /// Beyond the threshold alone.
    static var takesGreatest: Bool { false }

    init(reading arguments: inout ObjectReader) {
        let limits = Interval.from(0, through: 1)
        var thresholds: [Double]?
        var isList = false
        // Of a list Keras gives a figure for each; one of one number is that number.
        if let value = arguments.optionalValue("thresholds"), value.kind == .array {
            let list = arguments.array("thresholds", count: 1...PositiveRule.greatestCount) { value, faults in
                faults.collect { () throws(Fault) in try value.double(in: limits) } ?? 0.5
            }
            (thresholds, isList) = (list, list.count > 1)
        } else {
            thresholds = arguments.optionalDouble("thresholds", in: limits).map { [$0] }
        }
        let greatest = Self.takesGreatest ? arguments.optionalInt("top_k", in: 1...1 << 20) : nil
        if !Self.takesGreatest { arguments.only(nil, for: "top_k") }
        self.init(
            PositiveRule(
                thresholds: thresholds ?? (greatest == nil ? [0.5] : nil),
                isList: isList,
                classPlace: arguments.optionalInt("class_id", in: 0...1 << 20),
                greatest: greatest
            )
        )
    }

    func write(to json: inout JSONWriter) {
        if found.isList {
            json.field("thresholds", found.thresholds ?? [])
        } else {
            json.field("thresholds", ifPresent: found.thresholds?.first)
        }
        json.field("class_id", ifPresent: found.classPlace)
        json.field("top_k", ifPresent: found.greatest)
    }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric { try counts(for: outcome) }

    /// Counts of elements, where targets are numbers.
    fileprivate func counts(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        guard !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs targets of 0 and 1, found class indices")
        }
        if let place = found.classPlace, place >= outcome.prediction.last {
            throw MetricRequirement(
                text: "needs a class_id below \(outcome.prediction.last), the numbers that the network gives"
            )
        }
        return PositiveCounts<Self>(found, for: outcome)
    }
}

/// Counts of elements beyond a threshold.
struct PositiveCounts<Kind: PositiveCountKind>: Metric {
    static var isHigherBetter: Bool { Kind.isHigherBetter }

    private let rule: PositiveRule
    private let limits: [Float]
    private let width: Int
    private let vector: Int

    fileprivate init(_ rule: PositiveRule, for outcome: Outcome) {
        self.rule = rule
        limits = rule.thresholds?.map(Float.init) ?? [-.infinity]
        (width, vector) = (outcome.prediction.volume, max(outcome.prediction.last, 1))
    }

    /// Found rightly and wrongly, left out rightly, missed, for each threshold.
    var sumCount: Int { 4 * limits.count }

    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        for i in stride(from: rule.classPlace ?? 0, to: rows * width, by: rule.classPlace == nil ? 1 : vector) {
            let mayBeFound = isAmongGreatest(i, of: predictions)
            let there = targets[i] > 0.5
            for (place, limit) in limits.enumerated() {
                let found = mayBeFound && predictions[i] > limit
                sums[4 * place + (found ? (there ? 0 : 1) : (there ? 3 : 2))] += 1
            }
        }
    }

    /// Whether an element is among those of its vector that may be found; of equal ones the first are.
    private func isAmongGreatest(_ place: Int, of predictions: UnsafePointer<Float>) -> Bool {
        guard let count = rule.greatest, count < vector else { return true }
        let own = predictions[place]
        let start = place - place % vector
        var before = 0
        for other in start..<start + vector
        where predictions[other] > own || predictions[other] == own && other < place { before += 1 }
        return before < count
    }

    func value(of sums: [Double], rows: Int) -> Double { figures(of: sums).reduce(0, +) / Double(limits.count) }

    func list(of sums: [Double]) -> [Double]? { rule.isList ? figures(of: sums) : nil }

    /// A figure for each threshold.
    private func figures(of sums: [Double]) -> [Double] {
        stride(from: 0, to: sums.count, by: 4).map { place in
            Kind.figure(right: sums[place], wrong: sums[place + 1], passed: sums[place + 2], missed: sums[place + 3])
        }
    }
}

/// Keras's `TruePositives`: how many elements beyond the threshold should be.
struct TruePositives: PositiveCountKind {
    static let names = ["true_positives", "TruePositives"]
    static let isHigherBetter = true

    let found: PositiveRule

    init(_ found: PositiveRule) { self.found = found }

    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double { right }
}

/// Keras's `FalsePositives`: how many elements beyond the threshold shouldn't be.
struct FalsePositives: PositiveCountKind {
    static let names = ["false_positives", "FalsePositives"]
    static let isHigherBetter = false

    let found: PositiveRule

    init(_ found: PositiveRule) { self.found = found }

    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double { wrong }
}

/// Keras's `TrueNegatives`: how many elements that aren't beyond the threshold shouldn't be.
struct TrueNegatives: PositiveCountKind {
    static let names = ["true_negatives", "TrueNegatives"]
    static let isHigherBetter = true

    let found: PositiveRule

    init(_ found: PositiveRule) { self.found = found }

    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double { passed }
}

/// Keras's `FalseNegatives`: how many elements that aren't beyond the threshold should be.
struct FalseNegatives: PositiveCountKind {
    static let names = ["false_negatives", "FalseNegatives"]
    static let isHigherBetter = false

    let found: PositiveRule

    init(_ found: PositiveRule) { self.found = found }

    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double { missed }
}

/// Keras's `Precision`: the share of what was found that is right; the mean over the classes for class indices.
struct PrecisionKind: PositiveCountKind {
    static let names = ["precision", "Precision"]
    static let isHigherBetter = true
    static let takesGreatest = true

    let found: PositiveRule

    init(_ found: PositiveRule) { self.found = found }

    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double {
        share(right, of: right + wrong)
    }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        outcome.targetsAreLabels ? try Precision(for: outcome, found) : try counts(for: outcome)
    }
}

/// Keras's `Recall`: the share of what is there that was found; the mean over the classes for class indices.
struct RecallKind: PositiveCountKind {
    static let names = ["recall", "Recall"]
    static let isHigherBetter = true
    static let takesGreatest = true

    let found: PositiveRule

    init(_ found: PositiveRule) { self.found = found }

    static func figure(right: Double, wrong: Double, passed: Double, missed: Double) -> Double {
        share(right, of: right + missed)
    }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        outcome.targetsAreLabels ? try Recall(for: outcome, found) : try counts(for: outcome)
    }
}
