/// Counts measurements by size, as Prometheus shows distributions.
public struct Histogram: Sendable {
    /// The upper bounds of the buckets, ascending, each included in its bucket; a last bucket has none.
    public let bounds: [Double]
    /// How many measurements fell into each bucket with a bound.
    public private(set) var counts: [Int]
    /// The sum of all measurements.
    public private(set) var sum = 0.0
    /// How many measurements there were.
    public private(set) var count = 0

    /// A histogram without measurements.
    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count)
    }

    /// A histogram that somebody else has counted, by buckets.
    public init(bounds: [Double], counts: [Int], sum: Double, count: Int) {
        (self.bounds, self.counts, self.sum, self.count) = (bounds, counts, sum, count)
    }

    /// Counts a measurement.
    public mutating func add(_ measurement: Double) {
        count += 1
        sum += measurement
        if let bucket = bounds.firstIndex(where: { measurement <= $0 }) { counts[bucket] += 1 }
    }
}
