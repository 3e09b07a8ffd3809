import JSON

/// The share of class indices that are among the places of the k greatest elements of the result.
struct SparseTopKAccuracy: MeanMetric {
    static let isHigherBetter = true

    private let classes: Int
    private let positions: Int
    private let count: Int

    init(for outcome: Outcome, count: Int) throws(MetricRequirement) {
        self.count = count
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
        where isAmongGreatest(Int(targets[position]), of: predictions + position * classes, classes, count) {
            correct += 1
        }
        return Double(correct) / Double(max(positions, 1))
    }
}

/// The share of vectors whose k greatest elements include the place of the target's greatest.
struct TopKAccuracy: MeanMetric {
    static let isHigherBetter = true

    private let classes: Int
    private let positions: Int
    private let count: Int

    init(for outcome: Outcome, count: Int) throws(MetricRequirement) {
        self.count = count
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
            let target = greatest(of: targets + place, classes)
            if isAmongGreatest(target, of: predictions + place, classes, count) { correct += 1 }
        }
        return Double(correct) / Double(max(positions, 1))
    }
}

/// Whether fewer than k elements are greater than the one at a place.
private func isAmongGreatest(_ place: Int, of elements: UnsafePointer<Float>, _ count: Int, _ k: Int) -> Bool {
    guard elements[place].isFinite else { return false }
    var greater = 0
    for i in 0..<count where elements[i] > elements[place] { greater += 1 }
    return greater < k
}

/// The choice of Keras's `TopKCategoricalAccuracy`, with the five greatest where k isn't given.
struct TopKAccuracyKind: MetricKind {
    static let names = ["top_k_categorical_accuracy", "TopKCategoricalAccuracy"]

    private let count: Int

    init(reading arguments: inout ObjectReader) { count = arguments.int("k", in: 1...1 << 20, default: 5) }

    func write(to json: inout JSONWriter) { json.field("k", count) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try TopKAccuracy(for: outcome, count: count)
    }
}

/// The choice of Keras's `SparseTopKCategoricalAccuracy`, with the five greatest where k isn't given.
struct SparseTopKAccuracyKind: MetricKind {
    static let names = ["sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy"]

    private let count: Int

    init(reading arguments: inout ObjectReader) {
        count = arguments.int("k", in: 1...1 << 20, default: 5)
        arguments.only(.bool(false), for: "from_sorted_ids")
    }

    func write(to json: inout JSONWriter) { json.field("k", count) }

    func metric(for outcome: Outcome) throws(MetricRequirement) -> any Metric {
        try SparseTopKAccuracy(for: outcome, count: count)
    }
}
