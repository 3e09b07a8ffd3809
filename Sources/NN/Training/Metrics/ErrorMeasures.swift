#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import JSON

/// Keras's `MeanSquaredLogarithmicError`: the mean of `(log(1 + target) − log(1 + prediction))²`, negative numbers as 0.
struct SquaredLogarithmicErrorMeasure: VectorMeasure {
    static let names = ["mean_squared_logarithmic_error", "msle", "MSLE", "MeanSquaredLogarithmicError"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { place in
            let distance = log1p(max(Double(target[place]), 1e-7)) - log1p(max(Double(prediction[place]), 1e-7))
            return distance * distance
        }
    }
}

/// Keras's `LogCoshError`: the mean of `log cosh(prediction − target)`.
struct LogCoshMeasure: VectorMeasure {
    static let names = ["log_cosh_error", "log_cosh", "logcosh", "LogCoshError"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { place in
            let size = abs(Double(prediction[place]) - Double(target[place]))
            return size + log1p(exp(-2 * size)) - 0.693_147_180_559_945_3
        }
    }
}

/// Keras's function `huber`: the mean of `e² / 2` for errors up to `delta`, of `delta · |e| − delta² / 2` beyond.
struct HuberMeasure: VectorMeasure {
    static let names = ["huber"]

    private let delta: Double

    init(reading arguments: inout ObjectReader) { delta = arguments.double("delta", in: .above(0), default: 1) }

    func write(to json: inout JSONWriter) { json.field("delta", delta) }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { place in
            let size = abs(Double(prediction[place]) - Double(target[place]))
            let least = min(size, delta)
            return least * (size - least / 2)
        }
    }
}

/// Keras's `Poisson`: the mean of `prediction − target · log(prediction)`.
struct PoissonMeasure: VectorMeasure {
    static let names = ["poisson", "Poisson"]

    init(reading arguments: inout ObjectReader) {}

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        mean(count) { Double(prediction[$0]) - Double(target[$0]) * log(Double(prediction[$0]) + 1e-7) }
    }
}

/// Keras's `CosineSimilarity`: the cosine of the angle between prediction and target along the last axis.
struct CosineMeasure: VectorMeasure {
    static let names = ["cosine_similarity", "CosineSimilarity"]
    static let isHigherBetter = true

    init(reading arguments: inout ObjectReader) { arguments.only(.number(-1), for: "axis") }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        var (product, own, wanted) = (0.0, 0.0, 0.0)
        for place in 0..<count {
            product += Double(prediction[place]) * Double(target[place])
            own += Double(prediction[place]) * Double(prediction[place])
            wanted += Double(target[place]) * Double(target[place])
        }
        return product / (max(own.squareRoot(), 1e-7) * max(wanted.squareRoot(), 1e-7))
    }
}

/// Keras's `PearsonCorrelation`: how far a vector of the result is a straight line of the target's, from -1 to 1.
///
/// Of a vector whose numbers are all alike there is no such thing; it counts 0.
struct PearsonMeasure: VectorMeasure {
    static let names = ["pearson_correlation", "PearsonCorrelation"]
    static let isHigherBetter = true

    init(reading arguments: inout ObjectReader) { arguments.only(.number(-1), for: "axis") }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        let (own, wanted) = (VectorMoments(prediction, count), VectorMoments(target, count))
        let covariance = mean(count) { (Double(prediction[$0]) - own.mean) * (Double(target[$0]) - wanted.mean) }
        let deviations = (own.variance * wanted.variance).squareRoot()
        return deviations > 0 ? covariance / deviations : 0
    }
}

/// Keras's `ConcordanceCorrelation`: how far a vector of the result is that of the target, from -1 to 1.
struct ConcordanceMeasure: VectorMeasure {
    static let names = ["concordance_correlation", "ConcordanceCorrelation"]
    static let isHigherBetter = true

    init(reading arguments: inout ObjectReader) { arguments.only(.number(-1), for: "axis") }

    func value(of prediction: UnsafePointer<Float>, _ target: UnsafePointer<Float>, count: Int) -> Double {
        let (own, wanted) = (VectorMoments(prediction, count), VectorMoments(target, count))
        let covariance = mean(count) { (Double(prediction[$0]) - own.mean) * (Double(target[$0]) - own.mean) }
        let distance = own.mean - wanted.mean
        return 2 * covariance / (own.variance + wanted.variance + distance * distance + 1e-7)
    }
}

/// The mean and the variance of a vector.
private struct VectorMoments {
    let mean: Double
    let variance: Double

    init(_ values: UnsafePointer<Float>, _ count: Int) {
        var (sum, squares) = (0.0, 0.0)
        for place in 0..<count { sum += Double(values[place]) }
        mean = sum / Double(count)
        for place in 0..<count {
            let distance = Double(values[place]) - mean
            squares += distance * distance
        }
        variance = squares / Double(count)
    }
}
