/// The share of class indices that are the place of the greatest element of the result.
struct SparseCategoricalAccuracy: MeanMetric {
    static let names = ["sparse_categorical_accuracy"]
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
struct CategoricalAccuracy: MeanMetric {
    static let names = ["categorical_accuracy"]
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

/// The share of elements that lie on the target's side of ½.
struct BinaryAccuracy: MeanMetric {
    static let names = ["binary_accuracy"]
    static let isHigherBetter = true

    private let width: Int

    init(for outcome: Outcome) throws(MetricRequirement) {
        guard !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs targets of 0 and 1, found class indices")
        }
        width = outcome.prediction.volume
    }

    func sum(predictions: UnsafePointer<Float>, targets: UnsafePointer<Float>, rows: Int) -> Double {
        var correct = 0
        for i in 0..<rows * width where (predictions[i] > 0.5 ? 1 : 0) == targets[i] { correct += 1 }
        return Double(correct) / Double(max(width, 1))
    }
}

/// The place of the greatest of `count` elements, the first where several are equal.
func greatest(of elements: UnsafePointer<Float>, _ count: Int) -> Int {
    var place = 0
    for i in 1..<max(count, 1) where elements[i] > elements[place] { place = i }
    return place
}
