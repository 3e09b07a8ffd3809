/// How far probabilities are to be trusted: samples by the probability of the class that was predicted, in equal bins, each
/// open below.
public struct Calibration: Sendable, Equatable {
    /// One bin.
    public struct Bin: Sendable, Equatable {
        /// Its lower end, which is no part of it, but for 0.
        public let from: Double
        /// Its upper end.
        public let to: Double
        /// How many samples it has.
        public fileprivate(set) var count = 0
        fileprivate var sum = 0.0
        fileprivate var right = 0

        /// The mean of the probabilities; nil where there is no sample.
        public var confidence: Double? { count > 0 ? sum / Double(count) : nil }
        /// The share that was predicted rightly; nil where there is no sample.
        public var accuracy: Double? { count > 0 ? Double(right) / Double(count) : nil }
    }

    /// The bins from 0 to 1.
    public private(set) var bins: [Bin]

    /// How many bins there are.
    public static let binCount = 10

    /// No samples.
    public init() {
        bins = (0..<Self.binCount).map { number in
            Bin(from: Double(number) / Double(Self.binCount), to: Double(number + 1) / Double(Self.binCount))
        }
    }

    /// Counts a sample, by the probability of the class that was predicted.
    public mutating func add(_ probability: Float, isRight: Bool) {
        // Float to float, so that 0.3 lies in the bin that ends at 0.3.
        let place = bins.firstIndex { probability <= Float($0.to) } ?? Self.binCount - 1
        bins[place].count += 1
        bins[place].sum += Double(probability)
        bins[place].right += isRight ? 1 : 0
    }

    /// The mean over the samples of how far their bin's accuracy lies from its confidence; nil where there is no sample.
    public var expectedError: Double? {
        let count = bins.reduce(0) { $0 + $1.count }
        guard count > 0 else { return nil }
        let sum = bins.reduce(0) { sum, bin in
            guard let confidence = bin.confidence, let accuracy = bin.accuracy else { return sum }
            return sum + Double(bin.count) * abs(accuracy - confidence)
        }
        return sum / Double(count)
    }
}
