import JSON

/// Keras's `RandomUniform`: evenly between `minval` and `maxval`.
struct RandomUniformInitializer: InitializerKind {
    static let names = ["RandomUniform", "random_uniform", "uniform"]

    /// The least and greatest value.
    let bounds: ClosedRange<Double>

    init(bounds: ClosedRange<Double>) { self.bounds = bounds }

    init(reading arguments: inout ObjectReader) {
        let least = arguments.double("minval", in: .initialWeight, default: -0.05)
        let greatest = arguments.double("maxval", in: .initialWeight, default: 0.05)
        if least > greatest { arguments.fault(at: "minval", "expected at most maxval, \(greatest), found \(least)") }
        bounds = min(least, greatest)...max(least, greatest)
    }

    func write(to json: inout JSONWriter) {
        json.field("minval", bounds.lowerBound)
        json.field("maxval", bounds.upperBound)
    }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Distribution.uniform(bounds).tensor(shape, from: &generator)
    }
}

/// Keras's `RandomNormal`: the normal distribution.
struct RandomNormalInitializer: InitializerKind {
    static let names = ["RandomNormal", "random_normal", "normal"]

    /// The mean and deviation.
    let moments: Moments

    init(reading arguments: inout ObjectReader) {
        moments = Moments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        moments.write(to: &json)
    }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Distribution.normal(mean: moments.mean, deviation: moments.deviation).tensor(shape, from: &generator)
    }
}

/// Keras's `TruncatedNormal`: the normal distribution up to two deviations from the mean.
struct TruncatedNormalInitializer: InitializerKind {
    static let names = ["TruncatedNormal", "truncated_normal"]

    /// The mean and deviation, before the ends are cut off.
    let moments: Moments

    init(moments: Moments) { self.moments = moments }

    init(reading arguments: inout ObjectReader) {
        moments = Moments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        moments.write(to: &json)
    }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Distribution.truncatedNormal(mean: moments.mean, deviation: moments.deviation).tensor(shape, from: &generator)
    }
}

/// The arguments `mean` and `stddev` of Keras's normal initializers.
struct Moments: Sendable, Equatable {
    /// The mean.
    let mean: Double
    /// The standard deviation, zero or more.
    let deviation: Double

    /// Mean 0 and a deviation.
    init(deviation: Double) { (mean, self.deviation) = (0, deviation) }

    init(reading arguments: inout ObjectReader) {
        mean = arguments.double("mean", in: .initialWeight, default: 0)
        deviation = arguments.double("stddev", in: .from(0, through: 1e30), default: 0.05)
    }

    func write(to json: inout JSONWriter) {
        json.field("mean", mean)
        json.field("stddev", deviation)
    }
}
