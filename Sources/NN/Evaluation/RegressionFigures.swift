/// How far values lie from their targets, each column of a sample by itself and then averaged (scikit-learn's
/// `mean_squared_error` and its like with `multioutput="uniform_average"`).
public struct RegressionFigures: Sendable, Equatable {
    /// The mean of the squared distances.
    public let meanSquaredError: Double
    /// The mean of the distances.
    public let meanAbsoluteError: Double
    /// The root of the mean of the squared distances.
    public let rootMeanSquaredError: Double
    /// The share of the targets' variance that is explained; nil with fewer than two samples.
    public let r2: Double?
    /// How targets minus predictions are spread, those of all columns together; nil where one isn't finite.
    public let residuals: Residuals?

    /// The figures of an output; nil where its results are no values, or no sample counts.
    public init?(_ output: ScoredOutput) {
        guard case .values(let width) = output.judgement else { return nil }
        let each = output.samplesPerRow(output.judgement)
        let places = (0..<output.rows * each).filter { place in
            output.counts(row: place / each, sample: place % each, of: each)
        }
        self.init(samples: places, width: width) { place in
            (Double(output.predictions.pointer[place]), Double(output.targets.pointer[place]))
        }
    }

    /// The figures of samples; nil where there are none.
    ///
    /// - Parameters:
    ///   - predictions: Columns of values, sample by sample.
    ///   - targets: What they should have been.
    ///   - width: The columns, at least 1.
    public init?(predictions: [Double], targets: [Double], width: Int = 1) {
        self.init(samples: Array(0..<targets.count / width), width: width) { (predictions[$0], targets[$0]) }
    }

    private init?(samples: [Int], width: Int, _ pair: (Int) -> (prediction: Double, target: Double)) {
        guard !samples.isEmpty, width > 0 else { return nil }
        let count = Double(samples.count)
        var (squares, distances, roots, explained) = (0.0, 0.0, 0.0, 0.0)
        for column in 0..<width {
            let mean = samples.reduce(0) { $0 + pair($1 * width + column).target } / count
            var (square, distance, variance) = (0.0, 0.0, 0.0)
            for sample in samples {
                let (prediction, target) = pair(sample * width + column)
                square += (target - prediction) * (target - prediction)
                distance += abs(target - prediction)
                variance += (target - mean) * (target - mean)
            }
            squares += square / count
            distances += distance / count
            roots += (square / count).squareRoot()
            // Where the targets don't vary: 1 for values that are right, else 0.
            explained += variance > 0 ? 1 - square / variance : square == 0 ? 1 : 0
        }
        meanSquaredError = squares / Double(width)
        meanAbsoluteError = distances / Double(width)
        rootMeanSquaredError = roots / Double(width)
        r2 = samples.count > 1 ? explained / Double(width) : nil
        residuals = Residuals(
            samples.flatMap { sample in
                (sample * width..<(sample + 1) * width).map { pair($0).target - pair($0).prediction }
            }
        )
    }
}
