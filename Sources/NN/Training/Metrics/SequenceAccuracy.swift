/// The share of rows of which the network says the whole sequence right.
struct SequenceAccuracy: SequenceMetric, PlainMetric {
    static let names = ["sequence_accuracy"]
    static let isHigherBetter = true

    let reader: SequenceReader

    init(for outcome: Outcome) throws(MetricRequirement) { reader = try SequenceReader(for: outcome) }

    var sumCount: Int { 2 }

    func add(_ said: [Int], _ wanted: [Int], to sums: UnsafeMutablePointer<Double>) {
        sums[0] += said == wanted ? 1 : 0
        sums[1] += 1
    }

    func value(of sums: [Double], rows: Int) -> Double { sums[1] > 0 ? sums[0] / sums[1] : 0 }
}
