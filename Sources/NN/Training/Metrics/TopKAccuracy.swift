/// The share of class indices that are among the places of the five greatest elements of the result.
struct SparseTopKAccuracy: MeanMetric {
    static let names = ["sparse_top_k_categorical_accuracy"]
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
        where isAmongGreatest(Int(targets[position]), of: predictions + position * classes, classes) {
            correct += 1
        }
        return Double(correct) / Double(max(positions, 1))
    }
}

/// The share of vectors whose five greatest elements include the place of the target's greatest.
struct TopKAccuracy: MeanMetric {
    static let names = ["top_k_categorical_accuracy"]
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
            let target = greatest(of: targets + place, classes)
            if isAmongGreatest(target, of: predictions + place, classes) { correct += 1 }
        }
        return Double(correct) / Double(max(positions, 1))
    }
}

/// Whether fewer than five elements, Keras's k, are greater than the one at a place.
private func isAmongGreatest(_ place: Int, of elements: UnsafePointer<Float>, _ count: Int) -> Bool {
    guard elements[place].isFinite else { return false }
    var greater = 0
    for i in 0..<count where elements[i] > elements[place] { greater += 1 }
    return greater < 5
}
