/// How many elements that should be 1, and how many that should be 0, lie between each two of even thresholds from 0 to 1.
///
/// As Keras does it: an element of 0 counts as beyond the threshold 0.
struct ThresholdSums: Sendable {
    private let width: Int
    /// Which element of each vector is looked at; nil for all.
    private let place: Int?
    private let vector: Int
    /// How many thresholds there are.
    let count: Int

    /// Counts of the elements of a network's results.
    ///
    /// - Parameters:
    ///   - outcome: What the network gives.
    ///   - count: How many thresholds there are, two or more.
    ///   - place: Which element of each vector is looked at; nil for all.
    /// - Throws: `MetricRequirement` where there are no numbers to hold elements against.
    init(for outcome: Outcome, count: Int, place: Int? = nil) throws(MetricRequirement) {
        guard !outcome.targetsAreLabels else {
            throw MetricRequirement(text: "needs targets of 0 and 1, found class indices")
        }
        vector = max(outcome.prediction.last, 1)
        if let place, place >= vector {
            throw MetricRequirement(text: "needs a class_id below \(vector), the numbers that the network gives")
        }
        width = outcome.prediction.volume
        (self.count, self.place) = (count, place)
    }

    /// How many sums there are: those of elements that are 1, then those of elements that are 0.
    var sumCount: Int { 2 * count }

    /// Counts rows.
    func add(
        predictions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>,
        rows: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        let steps = Float(count - 1)
        for i in stride(from: place ?? 0, to: rows * width, by: place == nil ? 1 : vector) {
            // A prediction that is no number counts as 0, the lesser of two being taken only where it can be told.
            let beyond = (min(max(0, predictions[i]), 1) * steps).rounded(.up) - 1
            let bucket = beyond > 0 ? Int(beyond) : 0
            sums[targets[i] > 0.5 ? bucket : count + bucket] += 1
        }
    }

    /// At each threshold how many were found rightly and wrongly, left out rightly, and missed.
    func counts(of sums: [Double]) -> [(right: Double, wrong: Double, passed: Double, missed: Double)] {
        let (ones, zeros) = (sums[..<count].reduce(0, +), sums[count...].reduce(0, +))
        var (right, wrong) = (0.0, 0.0)
        var found: [(right: Double, wrong: Double, passed: Double, missed: Double)] = []
        for bucket in (0..<count).reversed() {
            right += sums[bucket]
            wrong += sums[count + bucket]
            found.append((right, wrong, zeros - wrong, ones - right))
        }
        return found.reversed()
    }
}

/// A quotient of counts; 0 where there is nothing to divide by.
func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : 0 }
