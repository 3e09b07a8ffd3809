import JSON

/// Keras's `RandomBrightness`: adds a part of the value range.
struct RandomBrightnessFrontLayer: AugmentingLayer {
    static let name = "RandomBrightness"

    private let factor: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: -1...1)
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
        let delta = factor.draw(&random) * range.width
        let range = range
        return picture.mapped { range.clipped($0 + delta) }
    }
}
