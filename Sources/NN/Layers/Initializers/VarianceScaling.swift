import JSON

/// Keras's initializers whose variance falls with the number of inputs or outputs that a weight connects.
///
/// Their deviation is `√(scale / n)`, n the fan in or the mean of both fans. A uniform draw has the bounds `±√3` times
/// it, a normal one is cut at two deviations and widened so that the deviation comes out.
enum VarianceScaling {
    /// Evenly between `±√(3 · scale / fan)`.
    static func uniform(scale: Double, fan: Double) -> Distribution {
        let bound = (3 * scale / max(1, fan)).squareRoot()
        return .uniform(-bound...bound)
    }

    /// Normal with the deviation `√(scale / fan)` after the ends are cut off.
    static func normal(scale: Double, fan: Double) -> Distribution {
        // The deviation of the normal distribution cut at two deviations.
        let cut = 0.87962566103423978
        return .truncatedNormal(mean: 0, deviation: (scale / max(1, fan)).squareRoot() / cut)
    }
}

/// An initializer whose distribution follows from the shape's fans alone.
protocol FanScaledInitializer: InitializerKind {
    /// The initializer; it has no arguments.
    init()

    /// The distribution for a weight's fans.
    static func distribution(_ fans: Fans) -> Distribution
}

extension FanScaledInitializer {
    init(reading arguments: inout ObjectReader) { self.init() }

    var scalesWithFans: Bool { true }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        Self.distribution(Fans(of: shape)).tensor(shape, from: &generator)
    }
}

/// Keras's `GlorotUniform`.
///
/// Source: Glorot and Bengio 2010.
struct GlorotUniformInitializer: FanScaledInitializer {
    static let names = ["GlorotUniform", "glorot_uniform"]

    static func distribution(_ fans: Fans) -> Distribution {
        VarianceScaling.uniform(scale: 1, fan: Double(fans.input + fans.output) / 2)
    }
}

/// Keras's `GlorotNormal`.
///
/// Source: Glorot and Bengio 2010.
struct GlorotNormalInitializer: FanScaledInitializer {
    static let names = ["GlorotNormal", "glorot_normal"]

    static func distribution(_ fans: Fans) -> Distribution {
        VarianceScaling.normal(scale: 1, fan: Double(fans.input + fans.output) / 2)
    }
}

/// Keras's `HeUniform`.
///
/// Source: He et al. 2015, arXiv:1502.01852.
struct HeUniformInitializer: FanScaledInitializer {
    static let names = ["HeUniform", "he_uniform"]

    static func distribution(_ fans: Fans) -> Distribution {
        VarianceScaling.uniform(scale: 2, fan: Double(fans.input))
    }
}

/// Keras's `HeNormal`.
///
/// Source: He et al. 2015, arXiv:1502.01852.
struct HeNormalInitializer: FanScaledInitializer {
    static let names = ["HeNormal", "he_normal"]

    static func distribution(_ fans: Fans) -> Distribution {
        VarianceScaling.normal(scale: 2, fan: Double(fans.input))
    }
}

/// Keras's `LecunUniform`.
///
/// Source: LeCun et al. 1998.
struct LecunUniformInitializer: FanScaledInitializer {
    static let names = ["LecunUniform", "lecun_uniform"]

    static func distribution(_ fans: Fans) -> Distribution {
        VarianceScaling.uniform(scale: 1, fan: Double(fans.input))
    }
}

/// Keras's `LecunNormal`.
///
/// Source: LeCun et al. 1998.
struct LecunNormalInitializer: FanScaledInitializer {
    static let names = ["LecunNormal", "lecun_normal"]

    static func distribution(_ fans: Fans) -> Distribution {
        VarianceScaling.normal(scale: 1, fan: Double(fans.input))
    }
}
