import NN
import Testing

/// The first weights, seen through a network whose one layer has the initializer.
struct InitializerTests {
    /// The first kernel `[rows, columns]` of a `Dense` layer with an initializer.
    static func kernel(_ initializer: String, rows: Int, columns: Int, seed: Int = 3) throws -> [Float] {
        let network = try network(
            #"""
            {"name": "m", "input_shape": [\#(rows)], "seed": \#(seed), "layers": [
             {"type": "Dense", "units": \#(columns), "kernel_initializer": \#(initializer)}]}
            """#
        )
        return network.initialWeights()[0].values
    }

    /// An initializer with the bounds and deviation of its draws for a kernel `[200, 100]`.
    struct Row: CustomTestStringConvertible, Sendable {
        let initializer: String
        let mean: Double
        let deviation: Double
        let bound: Double

        init(_ initializer: String, mean: Double = 0, deviation: Double, bound: Double) {
            self.initializer = initializer
            self.mean = mean
            self.deviation = deviation
            self.bound = bound
        }

        var testDescription: String { initializer }
    }

    /// The deviation of a normal distribution cut at two deviations is 0.87963 of it.
    static let cut = 0.879625661
    static let rows: [Row] = [
        Row(#""glorot_uniform""#, deviation: (1 / 150.0).squareRoot(), bound: (3 / 150.0).squareRoot()),
        Row(#""GlorotNormal""#, deviation: (1 / 150.0).squareRoot(), bound: 2 / cut * (1 / 150.0).squareRoot()),
        Row(#""he_uniform""#, deviation: 0.1, bound: 0.1 * 3.0.squareRoot()),
        Row(#""he_normal""#, deviation: 0.1, bound: 0.2 / cut),
        Row(#""lecun_uniform""#, deviation: (1 / 200.0).squareRoot(), bound: (3 / 200.0).squareRoot()),
        Row(#""lecun_normal""#, deviation: (1 / 200.0).squareRoot(), bound: 2 / cut * (1 / 200.0).squareRoot()),
        Row(#""random_uniform""#, deviation: 0.1 / 12.0.squareRoot(), bound: 0.05),
        Row(
            #"{"type": "RandomUniform", "minval": 1, "maxval": 4}"#,
            mean: 2.5,
            deviation: 3 / 12.0.squareRoot(),
            bound: 1.5
        ),
        Row(#"{"type": "RandomNormal", "mean": -1, "stddev": 2}"#, mean: -1, deviation: 2, bound: 12),
        Row(#"{"type": "TruncatedNormal", "stddev": 2}"#, deviation: 2 * cut, bound: 4),
        Row(
            #"{"type": "VarianceScaling"}"#,
            deviation: (1 / 200.0).squareRoot(),
            bound: 2 / cut * (1 / 200.0).squareRoot()
        ),
        Row(
            #"{"type": "VarianceScaling", "scale": 2, "mode": "fan_out", "distribution": "uniform"}"#,
            deviation: 0.02.squareRoot(),
            bound: 0.06.squareRoot()
        ),
        Row(
            #"{"type": "VarianceScaling", "mode": "fan_avg", "distribution": "untruncated_normal"}"#,
            deviation: (1 / 150.0).squareRoot(),
            bound: 6 * (1 / 150.0).squareRoot()
        ),
        Row(#""ones""#, mean: 1, deviation: 0, bound: 0),
        Row(#""zeros""#, deviation: 0, bound: 0),
        Row(#"{"type": "Constant", "value": 0.75}"#, mean: 0.75, deviation: 0, bound: 0),
    ]

    @Test(arguments: rows)
    func `draws have the mean, deviation and bounds of their distribution`(row: Row) throws {
        let values = try Self.kernel(row.initializer, rows: 200, columns: 100).map(Double.init)

        let mean = values.reduce(0, +) / 20_000
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000).squareRoot()
        // Five standard errors: of the mean, deviation/√n; of the deviation, at most deviation/√n.
        let tolerance = 5 * row.deviation / 20_000.0.squareRoot() + 1e-7
        #expect(abs(mean - row.mean) < tolerance)
        #expect(abs(deviation - row.deviation) < tolerance)
        #expect(values.allSatisfy { abs($0 - row.mean) <= row.bound + 1e-6 })
        // The draws come near their bound.
        let reach = values.map { abs($0 - row.mean) }.max() ?? 0
        #expect(
            row.initializer.contains("Normal\"") || row.initializer.contains("untruncated") || reach >= 0.99 * row.bound
        )
    }

    @Test func `an identity has its gain on the diagonal`() throws {
        let values = try Self.kernel(#"{"type": "Identity", "gain": 1.5}"#, rows: 2, columns: 3)

        #expect(values == [1.5, 0, 0, 0, 1.5, 0])
    }

    @Test func `the fans of a convolution count its window`() throws {
        let network = try network(
            [20, 20, 8],
            #"{"type": "Conv2D", "filters": 32, "kernel_size": [5, 3], "kernel_initializer": "glorot_uniform"}"#
        )

        let reach = network.initialWeights()[0].values.map(abs).max() ?? 0

        let bound = (6 / Float(15 * 8 + 15 * 32)).squareRoot()
        #expect(reach <= bound)
        #expect(reach > 0.99 * bound)
    }

    @Test(arguments: [(9, 4), (4, 9), (6, 6), (1, 5), (5, 1)])
    func `an orthogonal matrix has orthonormal columns, or rows where it is wide`(rows: Int, columns: Int) throws {
        let gain: Double = 1.5
        let values = try Self.kernel(#"{"type": "Orthogonal", "gain": 1.5}"#, rows: rows, columns: columns)
        let tall = rows >= columns
        let (count, length) = (min(rows, columns), max(rows, columns))
        func element(_ vector: Int, _ place: Int) -> Double {
            Double(tall ? values[place * columns + vector] : values[vector * columns + place])
        }

        for first in 0..<count {
            for second in 0..<count {
                let product = (0..<length).reduce(0) { $0 + element(first, $1) * element(second, $1) }
                #expect(abs(product - (first == second ? gain * gain : 0)) < 1e-6)
            }
        }
    }

    @Test func `orthogonal matrices have no preferred sign`() throws {
        // With a sign convention that favours one, the first elements would lean to it.
        let firsts = try (0..<200).map { try Self.kernel(#""orthogonal""#, rows: 3, columns: 3, seed: $0)[0] }

        let positive = firsts.count { $0 > 0 }
        #expect((65...135).contains(positive))
    }

    @Test func `the first weights follow from the seed`() throws {
        let one = try Self.kernel(#""glorot_uniform""#, rows: 7, columns: 5, seed: 11)

        #expect(try Self.kernel(#""glorot_uniform""#, rows: 7, columns: 5, seed: 11) == one)
        #expect(try Self.kernel(#""glorot_uniform""#, rows: 7, columns: 5, seed: 12) != one)
    }

    @Test func `an initializer's own seed stands in for the model's`() throws {
        let text = #"{"type": "GlorotUniform", "seed": 11}"#

        let first = try Self.kernel(text, rows: 7, columns: 5, seed: 1)

        #expect(try Self.kernel(text, rows: 7, columns: 5, seed: 2) == first)
    }

    @Test func `a further layer doesn't change the first weights of the others`() throws {
        let short = try network([4], #"{"type": "Dense", "units": 3}"#)
        let long = try network([4], #"{"type": "Dense", "units": 3}"#, #"{"type": "Dense", "units": 3}"#)

        let (first, second) = (short.initialWeights(), long.initialWeights())

        #expect(Array(second.prefix(2)) == first)
        #expect(second[2].values != second[0].values.prefix(9).map { $0 })
    }
}
