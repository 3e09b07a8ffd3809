import JSON

/// What holds one vector of a result, its last axis, against one of the target; its metric is the mean over all vectors.
protocol VectorMeasure: MetricKind {
    /// Whether a higher number is better.
    static var isHigherBetter: Bool { get }

    /// Whether a vector's target is a class index.
    static var takesLabels: Bool { get }

    /// The same for what a network gives.
    func fitted(to outcome: Outcome) throws(MetricRequirement) -> Self

    /// What one vector comes to.
    ///
    /// - Parameters:
    ///   - prediction: A vector of the result.
    ///   - target: What it should have been, or the one number that is its class.
    ///   - count: How many numbers the vector has.
    /// - Returns: The number that the mean is made of.
    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double
}

extension VectorMeasure {
    static var isHigherBetter: Bool { false }
    static var takesLabels: Bool { false }

    func fitted(to outcome: Outcome) throws(MetricRequirement) -> Self { self }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try VectorMetric(fitted(to: outcome), for: outcome)
    }
}

/// The mean over all vectors of a result of what each comes to.
struct VectorMetric<Measure: VectorMeasure>: MeanMetric {
    static var isHigherBetter: Bool { Measure.isHigherBetter }

    private let measure: Measure
    private let width: Int
    private let positions: Int

    init(_ measure: Measure, for outcome: Outcome) throws(MetricRequirement) {
        self.measure = measure
        if Measure.takesLabels {
            guard outcome.targetsAreLabels else {
                throw MetricRequirement(
                    text: "needs class indices as targets, found values of shape \(outcome.target.shape)"
                )
            }
        } else {
            _ = try outcome.comparedWidth()
        }
        width = max(outcome.prediction.last, 1)
        positions = max(outcome.prediction.volume / width, 1)
    }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        let targetWidth = Measure.takesLabels ? 1 : width
        var total = 0.0
        for position in 0..<rows * positions {
            total += measure.value(
                of: predictions + position * width,
                targets + position * targetWidth,
                count: width
            )
        }
        return total / Double(positions)
    }
}

extension VectorMeasure {
    /// The mean over the numbers of a vector.
    func mean(_ count: Int, _ body: (Int) -> Double) -> Double {
        var total = 0.0
        for place in 0..<count { total += body(place) }
        return total / Double(count)
    }
}
