import NN
import Testing

/// Layers that training makes random, by their statistics, and as they are where the network only answers.
struct RandomLayerTests {
    private static let key: [Float] = [1, 2, 3, 4]
    private static let count = 10_000

    /// What a layer makes of two rows of numbers.
    private func results(_ layer: String, key: [Float]?, _ samples: [Float]) throws -> [Float] {
        let network = try network([samples.count / 2], layer)
        let trial = try NetworkTrial(network, samples: Tensor([2, samples.count / 2], samples), key: key)
        return try trial.evaluate([trial.applied.output])[0]
    }

    /// The mean of numbers and their variance about it.
    private func moments(_ numbers: [Float]) -> (mean: Double, variance: Double) {
        let mean = numbers.reduce(0) { $0 + Double($1) } / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(numbers.count)
        return (mean, variance)
    }

    @Test(arguments: [
        #"{"type": "AlphaDropout", "rate": 0.4}"#, #"{"type": "GaussianDropout", "rate": 0.4}"#,
        #"{"type": "Identity"}"#,
        #"{"type": "ActivityRegularization", "l2": 1}"#,
    ])
    func `a network that answers leaves its input as it is`(layer: String) throws {
        let samples: [Float] = [1, -2, 3, 0, 5, -6]

        #expect(try results(layer, key: nil, samples) == samples)
    }

    @Test(arguments: [#"{"type": "AlphaDropout", "rate": 0}"#, #"{"type": "GaussianDropout", "rate": 0}"#])
    func `a rate of 0 changes nothing`(layer: String) throws {
        let samples: [Float] = [1, -2, 3, 0, 5, -6]

        #expect(try results(layer, key: Self.key, samples) == samples)
    }

    @Test(arguments: [0.1, 0.5, 0.8])
    func `alpha dropout keeps mean 0 and variance 1, and drops the share of the rate`(rate: Double) throws {
        // Half ones, half minus ones.
        let samples = (0..<2 * Self.count).map { Float($0 % 2 * 2 - 1) }

        let found = try results(#"{"type": "AlphaDropout", "rate": \#(rate)}"#, key: Self.key, samples)

        let (mean, variance) = moments(found)
        let values = Set(found).sorted()
        #expect(values.count == 3)
        let dropped = found.count { $0 == values[0] }
        // Four standard deviations among 20,000; what is dropped lies lowest.
        let bound = 4 * (rate * (1 - rate) / 20_000).squareRoot()
        let share = Double(dropped) / 20_000
        #expect(abs(share - rate) < bound)
        #expect(abs(mean) < 0.0283)
        #expect(abs(variance - 1) < 0.05)
        let (low, high) = (Double(values[1]), Double(values[2]))
        let middle = (low + high) / (high - low)
        #expect(abs(middle - Self.shift(rate)) < 1e-5)
    }

    /// Where the middle of the kept numbers lies, in units of their distance from it: b / a of Klambauer et al.
    private static func shift(_ rate: Double) -> Double { 1.758_099_340_847_376_9 * rate }

    @Test(arguments: [0.2, 0.5, 0.8])
    func `gaussian dropout multiplies by numbers about 1 with the variance of the rate`(rate: Double) throws {
        let samples = [Float](repeating: 2, count: 2 * Self.count)

        let found = try results(#"{"type": "GaussianDropout", "rate": \#(rate)}"#, key: Self.key, samples)

        let (mean, variance) = moments(found.map { $0 / 2 })
        let expected = rate / (1 - rate)
        // Four standard deviations of a mean, and of a variance, which is that of squares.
        let bounds = (mean: 4 * (expected / 20_000).squareRoot(), variance: 4 * (2 / 20_000.0).squareRoot())
        #expect(abs(mean - 1) < bounds.mean)
        #expect(abs(variance / expected - 1) < bounds.variance)
    }

    @Test func `whole channels of a volume are left out together`() throws {
        let network = try network([2, 3, 4, 200], #"{"type": "SpatialDropout3D", "rate": 0.5}"#)
        let trial = try NetworkTrial(network, samples: Tensor(repeating: 1, [1, 2, 3, 4, 200]), key: Self.key)

        let found = try trial.evaluate([trial.applied.output])[0]

        let first = Array(found[..<200])
        #expect(stride(from: 0, to: found.count, by: 200).allSatisfy { Array(found[$0..<$0 + 200]) == first })
        #expect(Set(first) == [0, 2])
        // Four standard deviations of the share among 200.
        #expect(abs(first.count { $0 == 0 } - 100) < 28)
    }

    @Test func `a convolutional memory drops the same of every step`() throws {
        let network = try network(
            [3, 2, 50],
            #"""
            {"type": "ConvLSTM1D", "filters": 1, "kernel_size": 1, "return_sequences": true, "dropout": 0.5,
             "recurrent_dropout": 0.5, "use_bias": false}
            """#
        )
        let samples = Tensor(repeating: 1, [1, 3, 2, 50])
        func run(_ key: [Float]?) throws -> [Float] {
            let trial = try NetworkTrial(network, samples: samples, key: key)
            return try trial.evaluate([trial.applied.output])[0]
        }

        #expect(try run(Self.key) == run(Self.key))
        #expect(try run(Self.key) != run(nil))
        #expect(try run(Self.key) != run([4, 3, 2, 1]))
    }
}
