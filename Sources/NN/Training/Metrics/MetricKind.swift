import JSON

/// A metric with its arguments, before it is known what it is to measure.
///
/// To add a metric is to add a file with a type that conforms, and its line in `MetricRegistry`; one without arguments is a
/// `PlainMetric`.
protocol MetricKind: Configurable {
    /// Whether it can hold a row's result against a target that is one sequence, of a length of its own.
    var comparesSequences: Bool { get }

    /// The metric for what a network gives, or what it needs instead of that.
    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric
}

extension MetricKind {
    /// Each step has a target.
    var comparesSequences: Bool { false }
}

/// A metric without arguments.
protocol PlainMetric: Metric {
    /// Keras's names for it, the longest first.
    static var names: [String] { get }

    /// The metric for a network's results, or what it needs instead of these.
    init(for outcome: Outcome) throws(MetricRequirement)
}

/// The choice of a metric without arguments.
struct PlainMetricKind<Kind: PlainMetric>: MetricKind {
    static var names: [String] { Kind.names }

    var comparesSequences: Bool { Kind.comparesSequences }

    init(reading arguments: inout ObjectReader) {}

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric { try Kind(for: outcome) }
}

/// Keras's `accuracy`: the one that fits the network and its targets.
///
/// Binary where the last axis is 1, by index where targets are indices, else by greatest element.
struct FittingAccuracy: MetricKind {
    static let names = ["accuracy", "acc", "Accuracy"]

    init(reading arguments: inout ObjectReader) {}

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        if outcome.targetsAreLabels { return try SparseCategoricalAccuracy(for: outcome) }
        if outcome.prediction.last == 1 { return try BinaryAccuracy(for: outcome, threshold: 0.5) }
        return try CategoricalAccuracy(for: outcome)
    }
}
