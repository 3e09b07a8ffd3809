import JSON

/// Keras's `RandomInvert`: the greatest value less each number, with a probability of `factor`.
struct RandomInvertFrontLayer: AugmentingLayer {
    static let name = "RandomInvert"

    private let factor: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, default: 1)
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("value_range", range)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        guard factor.drawsTrue(&random) else { return picture }
        let greatest = range.upper
        return picture.mapped { greatest - $0 }
    }
}
