import NN
import Testing

struct DropoutTests {
    private static let key: [Float] = [1, 2, 3, 4]

    private static func results(
        rate: Double,
        key: [Float]?,
        count: Int = 10_000
    ) throws -> (samples: [Float], results: [Float]) {
        let network = try network([count], #"{"type": "Dropout", "rate": \#(rate)}"#)
        let samples = (0..<2 * count).map { Float($0 % 7) + 1 }
        let trial = try NetworkTrial(network, samples: Tensor([2, count], samples), key: key)
        return (samples, try trial.evaluate([trial.applied.output])[0])
    }

    @Test func `a network that answers drops nothing`() throws {
        let (samples, results) = try Self.results(rate: 0.4, key: nil)

        #expect(results == samples)
    }

    @Test(arguments: [0.1, 0.5, 0.8])
    func `training drops the share of the rate and scales up the rest`(rate: Double) throws {
        let (samples, results) = try Self.results(rate: rate, key: Self.key)

        let kept = zip(samples, results).filter { $0.1 != 0 }
        // Four standard deviations of the share among 20,000.
        let share = 1 - Double(kept.count) / 20_000
        #expect(abs(share - rate) < 4 * (rate * (1 - rate) / 20_000).squareRoot())
        #expect(kept.allSatisfy { abs($0.1 / $0.0 * Float(1 - rate) - 1) < 1e-6 })
    }

    @Test func `the extreme rates drop nothing and all`() throws {
        let (samples, none) = try Self.results(rate: 0, key: Self.key)
        #expect(none == samples)

        let (_, all) = try Self.results(rate: 1, key: Self.key)
        #expect(all.allSatisfy { $0 == 0 })
    }

    @Test func `the key decides what is dropped`() throws {
        let one = try Self.results(rate: 0.5, key: Self.key).results

        #expect(try Self.results(rate: 0.5, key: Self.key).results == one)
        #expect(try Self.results(rate: 0.5, key: [1, 2, 3, 5]).results != one)
    }

    @Test(arguments: ["Dropout", "AlphaDropout"])
    func `a noise shape keeps or drops all numbers along an axis together`(kind: String) throws {
        let network = try network([5, 4], #"{"type": "\#(kind)", "rate": 0.5, "noise_shape": [null, 1, 4]}"#)
        let trial = try NetworkTrial(network, samples: Tensor(repeating: 1, [3, 5, 4]), key: Self.key)

        let results = try trial.evaluate([trial.applied.output])[0]

        for row in 0..<3 {
            for step in 1..<5 {
                for place in 0..<4 { #expect(results[row * 20 + step * 4 + place] == results[row * 20 + place]) }
            }
        }
        #expect(Set(results).count == 2)
    }

    @Test func `two layers drop different numbers`() throws {
        let network = try network(
            [1_000],
            #"{"type": "Dropout", "rate": 0.5}"#,
            #"{"type": "Dropout", "rate": 0.5}"#
        )
        let trial = try NetworkTrial(network, samples: Tensor(repeating: 1, [1, 1_000]), key: Self.key)

        let kept = try trial.evaluate([trial.applied.output])[0].count { $0 != 0 }

        // A quarter passes both, were they alike a half would; 14 is one standard deviation.
        #expect((180...320).contains(kept))
    }
}
