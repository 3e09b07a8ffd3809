/// A number that tells how good predictions are, from sums over the rows.
protocol Metric: Sendable {
    /// Whether a higher number is better.
    static var isHigherBetter: Bool { get }

    /// Whether it can hold a row's result against a target that is one sequence, of a length of its own.
    static var comparesSequences: Bool { get }

    /// How many sums it needs.
    var sumCount: Int { get }

    /// Adds what rows come to.
    ///
    /// - Parameters:
    ///   - predictions: The network's results, row after row.
    ///   - targets: What they should have been, row after row.
    ///   - rows: How many there are.
    ///   - sums: As many sums as `sumCount`.
    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    )

    /// The number that the sums over so many rows, at least 1, come to.
    func value(of sums: [Double], rows: Int) -> Double

    /// The table of counts that the sums come to; nil for a metric that is one number.
    func matrix(of sums: [Double]) -> [[Int]]?

    /// The numbers that the sums come to; nil for a metric that is one number.
    func list(of sums: [Double]) -> [Double]?
}

extension Metric {
    /// Each step has a target.
    static var comparesSequences: Bool { false }

    /// One number.
    func matrix(of sums: [Double]) -> [[Int]]? { nil }

    /// One number.
    func list(of sums: [Double]) -> [Double]? { nil }
}

/// A metric that is the mean over the rows of what it gives each row.
protocol MeanMetric: Metric {
    /// The sum over rows of what each row gets.
    ///
    /// - Parameters:
    ///   - predictions: The network's results, row after row.
    ///   - targets: What they should have been, row after row.
    ///   - rows: How many there are.
    /// - Returns: The sum, of which the mean over all rows is made.
    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double
}

extension MeanMetric {
    /// One.
    var sumCount: Int { 1 }

    /// Adds the rows' sum.
    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        sums[0] += sum(predictions: predictions, targets: targets, rows: rows)
    }

    /// The mean.
    func value(of sums: [Double], rows: Int) -> Double { sums[0] / Double(rows) }
}

/// What a network gives for a row and what that is held against.
struct Outcome: Sendable, Equatable {
    /// The shape of a row's result.
    let prediction: Shape
    /// The function that ends the network.
    let activation: ActivationKind
    /// A row's target, as the loss takes it.
    let target: TargetRule
    /// Which of a row's steps a mask tells to count, as a shape; nil where it has no mask, or each step is a row.
    var mask: Shape?
    /// The text of each class, where the data has texts.
    var words: [String]?
    /// Whether the network's results are taken for arguments of a softmax.
    var areLogits = false

    /// Whether the targets are class indices, one for each vector of the result.
    var targetsAreLabels: Bool { if case .labels = target.allowed { true } else { false } }
}

/// What a metric needs of a network and its data, and didn't get.
struct MetricRequirement: Error, Equatable {
    /// The need, to stand after the metric's name, as in `needs class indices as targets`.
    let text: String
}

/// A metric under the name that a client gave it, which is the name in the answers.
struct NamedMetric: Sendable {
    /// The client's name for it.
    let name: String
    /// What computes it.
    let metric: any Metric
    /// What of the rows it sees; nil where that is all of them.
    let part: MetricPart?
    /// The metric, where it compares whole sequences.
    private let sequences: (any SequenceMetric)?

    init(name: String, metric: any Metric, part: MetricPart? = nil) {
        (self.name, self.metric, self.part) = (name, metric, part)
        sequences = metric as? any SequenceMetric
    }

    /// Whether the rows of the metric are steps, of which it counts those that count.
    private var countsSteps: Bool { part?.steps != nil }

    /// How many sums it needs: those of the metric, behind the number of steps where it counts these.
    var sumCount: Int { metric.sumCount + (countsSteps ? 1 : 0) }

    /// Adds what rows come to, as `Metric.add` does.
    ///
    /// - Parameters:
    ///   - predictions: The results, row after row.
    ///   - targets: What they should have been, row after row.
    ///   - masks: Which steps of each output that is learned count; nil where all do.
    ///   - rows: How many rows there are.
    ///   - sums: As many sums as `sumCount`.
    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        masks: [UnsafePointer<Float>?],
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        guard let part else {
            return metric.add(predictions: predictions, targets: targets, rows: rows, to: sums)
        }
        let mask = masks[part.output]
        if let sequences {
            part.withOwnRows(predictions: predictions, targets: targets, mask: nil, rows: rows) { own, ownTargets, _ in
                sequences.add(predictions: own, targets: ownTargets, mask: mask, rows: rows, to: sums)
            }
            return
        }
        part.withOwnRows(predictions: predictions, targets: targets, mask: mask, rows: rows) { own, ownTargets, count in
            if countsSteps { sums[0] += Double(count) }
            metric.add(predictions: own, targets: ownTargets, rows: count, to: sums + (countsSteps ? 1 : 0))
        }
    }

    /// What the sums over so many rows come to: 0 where nothing counts.
    func measurement(of sums: ArraySlice<Double>, rows: Int, prefix: String) -> Measurement {
        let count = countsSteps ? Int(sums.first ?? 0) : rows
        let own = Array(countsSteps ? sums.dropFirst() : sums)
        let value = count > 0 ? metric.value(of: own, rows: count) : 0
        return Measurement(prefix + name, value, matrix: metric.matrix(of: own), list: metric.list(of: own))
    }

    /// Whether a higher number is better.
    var isHigherBetter: Bool { type(of: metric).isHigherBetter }
}

extension [NamedMetric] {
    /// The sums that all of them need.
    var sumCount: Int { reduce(0) { $0 + $1.sumCount } }
}
