import JSON

/// Keras's `RandomContrast`: each channel's distance from its mean times a factor from 1 - low to 1 + high.
struct RandomContrastFrontLayer: AugmentingLayer {
    static let name = "RandomContrast"

    private let factor: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor` (a number is both low and high), `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, number: .alone)
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(factor: FactorRange, range: ValueRange) {
        (self.factor, self.range, shared) = (factor, range, AugmentationArguments())
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("value_range", range)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        adjusted(picture, by: Float(random.uniform(1 - factor.lower, 1 + factor.upper)))
    }

    /// The picture with its contrast multiplied.
    func adjusted(_ picture: FloatPicture, by factor: Float) -> FloatPicture {
        let (range, count) = (range, Float(picture.height * picture.width))
        let means = picture.reduced(0) { $0 + $1 }.map { ($0 / count * (1 - factor), Float(0)) }
        return picture.mapped(means) { number, mean, _ in range.clipped(number * factor + mean) }
    }
}
