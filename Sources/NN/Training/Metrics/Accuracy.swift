import JSON

/// The share of class indices that are the place of the greatest element of the result.
struct SparseCategoricalAccuracy: MeanMetric, PlainMetric {
    static let names = ["sparse_categorical_accuracy", "SparseCategoricalAccuracy"]
    static let isHigherBetter = true

    private let classes: Int
    private let positions: Int

    init(for outcome: Outcome) throws(MetricRequirement) {
        guard outcome.targetsAreLabels else {
            throw MetricRequirement(
                text: "needs class indices as targets, found values of shape \(outcome.target.shape)"
            )
        }
        classes = outcome.prediction.last
        positions = outcome.target.shape.volume
    }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var correct = 0
        for position in 0..<rows * positions
        where Float(greatest(of: predictions + position * classes, classes)) == targets[position] {
            correct += 1
        }
        return Double(correct) / Double(max(positions, 1))
    }
}

/// The share of vectors whose greatest element is where the target's is.
struct CategoricalAccuracy: MeanMetric, PlainMetric {
    static let names = ["categorical_accuracy", "CategoricalAccuracy"]
    static let isHigherBetter = true

    private let classes: Int
    private let positions: Int

    init(for outcome: Outcome) throws(MetricRequirement) {
        guard !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs a vector for each target, found class indices")
        }
        classes = outcome.prediction.last
        positions = outcome.prediction.volume / max(classes, 1)
    }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var correct = 0
        for position in 0..<rows * positions {
            let place = position * classes
            if greatest(of: predictions + place, classes) == greatest(of: targets + place, classes) { correct += 1 }
        }
        return Double(correct) / Double(max(positions, 1))
    }
}

/// The share of elements that lie on the target's side of a threshold.
struct BinaryAccuracy: MeanMetric {
    static let isHigherBetter = true

    private let width: Int
    private let threshold: Float

    init(for outcome: Outcome, threshold: Double) throws(MetricRequirement) {
        self.threshold = Float(threshold)
        guard !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs targets of 0 and 1, found class indices")
        }
        width = outcome.prediction.volume
    }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var correct = 0
        for i in 0..<rows * width where (predictions[i] > threshold ? 1 : 0) == targets[i] { correct += 1 }
        return Double(correct) / Double(max(width, 1))
    }
}

/// The choice of Keras's `BinaryAccuracy`, with a threshold of ½ where none is given.
struct BinaryAccuracyKind: MetricKind {
    static let names = ["binary_accuracy", "BinaryAccuracy"]

    private let threshold: Double

    init(reading arguments: inout ObjectReader) {
        threshold = arguments.double("threshold", in: .from(0, through: 1), default: 0.5)
    }

    func write(to json: inout JSONWriter) { json.field("threshold", threshold) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try BinaryAccuracy(for: outcome, threshold: threshold)
    }
}

/// The place of the greatest of `count` elements, the first where several are equal.
func greatest(of elements: UnsafePointer<Float>, _ count: Int) -> Int {
    var place = 0
    for i in 1..<max(count, 1) where elements[i] > elements[place] { place = i }
    return place
}
