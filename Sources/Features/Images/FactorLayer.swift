import JSON

/// A random picture layer whose arguments are how strongly it acts and between what values.
///
/// Such a layer says its name, the factors that it takes, and what it does to a picture.
protocol FactorLayer: AugmentingLayer {
    /// The factors that may be given.
    static var factors: ClosedRange<Double> { get }
    /// What a single number in place of two says.
    static var number: FactorRange.Number { get }
    /// The factor where none is given; nil where one must be.
    static var standardFactor: Double? { get }

    /// How strongly it acts.
    var strength: FactorStrength { get }

    init(_ strength: FactorStrength)
}

/// How strongly a random picture layer acts.
struct FactorStrength: Sendable {
    /// What is drawn from.
    let factor: FactorRange
    /// The least and the greatest value of a picture.
    let range: ValueRange
    fileprivate let shared: AugmentationArguments
}

extension FactorLayer {
    static var number: FactorRange.Number { .eitherSide }
    static var standardFactor: Double? { nil }

    var factor: FactorRange { strength.factor }
    var range: ValueRange { strength.range }

    /// Reads `factor`, `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        let factor = FactorRange(
            "factor",
            &arguments,
            in: Self.factors,
            number: Self.number,
            default: Self.standardFactor
        )
        let range = ValueRange(reading: &arguments)
        self.init(FactorStrength(factor: factor, range: range, shared: AugmentationArguments(reading: &arguments)))
    }

    /// One within another layer.
    init(factor: FactorRange, range: ValueRange) {
        self.init(FactorStrength(factor: factor, range: range, shared: AugmentationArguments()))
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("value_range", range)
        strength.shared.write(to: &json)
    }
}
