import JSON

/// Keras's `VarianceScaling`: a variance of `scale / n`, n one of the fans or their mean.
///
/// Source: keras.io/api/layers/initializers.
struct VarianceScalingInitializer: InitializerKind {
    static let names = ["VarianceScaling", "variance_scaling"]

    /// What the variance falls with.
    private enum Mode: String, CaseIterable {
        case fanIn = "fan_in"
        case fanOut = "fan_out"
        case fanAverage = "fan_avg"
    }

    /// What the values are drawn from.
    private enum Draw: String, CaseIterable {
        case truncatedNormal = "truncated_normal"
        case untruncatedNormal = "untruncated_normal"
        case uniform
    }

    private let scale: Double
    private let mode: Mode
    private let draw: Draw

    init(reading arguments: inout ObjectReader) {
        scale = arguments.double("scale", in: .above(0, through: 1e9), default: 1)
        mode = arguments.choice("mode", default: .fanIn)
        draw = arguments.choice("distribution", default: .truncatedNormal)
    }

    func write(to json: inout JSONWriter) {
        json.field("scale", scale)
        json.field("mode", mode.rawValue)
        json.field("distribution", draw.rawValue)
    }

    var scalesWithFans: Bool { true }

    func tensor(_ shape: Shape, from generator: inout SeededGenerator) -> Tensor {
        let fans = Fans(of: shape)
        let fan =
            switch mode {
            case .fanIn: Double(fans.input)
            case .fanOut: Double(fans.output)
            case .fanAverage: Double(fans.input + fans.output) / 2
            }
        let distribution =
            switch draw {
            case .truncatedNormal: VarianceScaling.normal(scale: scale, fan: fan)
            case .untruncatedNormal: Distribution.normal(mean: 0, deviation: (scale / max(1, fan)).squareRoot())
            case .uniform: VarianceScaling.uniform(scale: scale, fan: fan)
            }
        return distribution.tensor(shape, from: &generator)
    }
}
