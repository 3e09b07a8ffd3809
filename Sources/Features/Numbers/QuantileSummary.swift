/// Values in a few weighted points, from which quantiles are interpolated: Keras's summary for `Discretization`.
///
/// Up to `blockSize` values are one batch of Keras's, so that a column of a million values gives the boundaries that
/// Keras gives for it as one array; longer ones are merged block by block, in bounded memory.
struct QuantileSummary {
    /// How many values are sorted at a time.
    static let blockSize = 1 << 20

    private let epsilon: Double
    private var block: [Float] = []
    private var points = Points()

    /// Values in rising order and how many values each of them stands for.
    struct Points {
        var values: [Double] = []
        var weights: [Double] = []
    }

    init(epsilon: Double) { self.epsilon = epsilon }

    /// Takes a value in.
    mutating func add(_ value: Float) {
        block.append(value)
        if block.count == Self.blockSize { close() }
    }

    /// The boundaries that part the values into `bins` of about equal size; fewer where there are fewer values.
    consuming func boundaries(bins: Int) -> [Float] {
        close()
        guard !points.values.isEmpty, bins > 0 else { return [] }
        return Self.compressed(points, 1 / Double(bins)).values.dropLast().map { Float($0) }
    }

    private mutating func close() {
        guard !block.isEmpty else { return }
        block.sort()
        let step = max(Double(block.count) * epsilon, 1)
        var next = Points()
        for index in stride(from: Int(step - 1), to: block.count, by: Int(step)) {
            next.values.append(Double(block[index]))
            next.weights.append(step)
        }
        block.removeAll(keepingCapacity: true)
        if points.values.isEmpty {
            points = next
            return
        }
        let values = points.values + next.values
        let weights = points.weights + next.weights
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        points = Self.compressed(Points(values: order.map { values[$0] }, weights: order.map { weights[$0] }), epsilon)
    }

    /// Points at even steps of the weight, interpolated; the points themselves where there are fewer of them.
    private static func compressed(_ points: Points, _ epsilon: Double) -> Points {
        guard Double(points.values.count) * epsilon >= 1 else { return points }
        var sums: [Double] = []
        var sum = 0.0
        for weight in points.weights {
            sum += weight
            sums.append(sum)
        }
        let shares = sums.map { $0 / sum }
        var result = Points()
        var last = 0.0
        for index in 0..<Int((1 / epsilon).rounded(.up)) {
            let share = epsilon + Double(index) * epsilon
            result.values.append(interpolated(share, shares, points.values))
            let weight = interpolated(share, shares, sums)
            result.weights.append(weight - last)
            last = weight
        }
        return result
    }

    /// The value at `place` of the line through the points; the first or last one beyond them.
    private static func interpolated(_ place: Double, _ places: [Double], _ values: [Double]) -> Double {
        let upper = places.countBelow { $0 <= place }
        guard upper > 0 else { return values[0] }
        guard upper < places.count else { return values[values.count - 1] }
        let share = (place - places[upper - 1]) / (places[upper] - places[upper - 1])
        return values[upper - 1] + share * (values[upper] - values[upper - 1])
    }
}

extension Array {
    /// How many elements at the beginning a rule holds for, which holds for none behind them; by halving.
    func countBelow(_ holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
