import JSON

/// Keras's `Solarization`: adds a part of 255 to each number, then inverts what reaches a threshold, in training.
///
/// As in Keras all is inverted without arguments. The ranges are parts of 255 at both ends, where Keras takes the low end
/// for a number as it is.
struct SolarizationFrontLayer: AugmentingLayer {
    static let name = "Solarization"

    private let addition: FactorRange
    private let threshold: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `addition_factor`, `threshold_factor` (a number is the high end, 0 the low), `value_range`, `seed` and
    /// `data_format`.
    init(reading arguments: inout ObjectReader) {
        addition = FactorRange("addition_factor", &arguments, in: 0...1, number: .upward, default: 0)
        threshold = FactorRange("threshold_factor", &arguments, in: 0...1, number: .upward, default: 0)
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(factor: FactorRange, range: ValueRange) {
        (addition, threshold, self.range, shared) = (factor, factor, range, AugmentationArguments())
    }

    func write(to json: inout JSONWriter) {
        json.field("addition_factor", addition)
        json.field("threshold_factor", threshold)
        json.field("value_range", range)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let added = 255 * addition.draw(&random)
        return solarized(picture, adding: added, threshold: 255 * threshold.draw(&random))
    }

    /// The picture with a number added and what reaches the threshold inverted, both of 0 to 255.
    func solarized(_ picture: FloatPicture, adding added: Float, threshold: Float) -> FloatPicture {
        let range = range
        return picture.mapped { number in
            let sum = ValueRange.bytes.clipped(range.moved(number, to: .bytes) + added)
            return ValueRange.bytes.moved(sum < threshold ? sum : 255 - sum, to: range)
        }
    }
}
