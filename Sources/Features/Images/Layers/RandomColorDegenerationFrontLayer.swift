import JSON

/// Keras's `RandomColorDegeneration`: a part of the way to grey.
struct RandomColorDegenerationFrontLayer: AugmentingLayer {
    static let name = "RandomColorDegeneration"

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

    var channelsTaken: [Int]? { [1, 3] }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let (factor, range) = (factor.draw(&random), range)
        guard picture.channels == 3 else { return picture.mapped(range.clipped) }
        return ColourSpace.mapped(picture) { red, green, blue in
            let grey = ColourSpace.grey(red, green, blue)
            return (
                range.clipped(red + factor * (grey - red)),
                range.clipped(green + factor * (grey - green)),
                range.clipped(blue + factor * (grey - blue))
            )
        }
    }
}
