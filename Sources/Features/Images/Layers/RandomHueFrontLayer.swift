import JSON

/// Keras's `RandomHue`: turns the hue by up to half a turn of its circle to either side.
struct RandomHueFrontLayer: AugmentingLayer {
    static let name = "RandomHue"

    private let factor: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1)
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

    var channelsTaken: [Int]? { [3] }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let side: Float = random.uniform() < 0.5 ? 1 : -1
        return turned(picture, by: side * factor.draw(&random) * 0.5)
    }

    /// The picture with its hue turned by a part of the circle.
    func turned(_ picture: FloatPicture, by shift: Float) -> FloatPicture {
        let (range, unit) = (range, ValueRange(lower: 0, upper: 1))
        return ColourSpace.mapped(picture) { red, green, blue in
            let colour = ColourSpace.changed(
                range.moved(red, to: unit),
                range.moved(green, to: unit),
                range.moved(blue, to: unit)
            ) { hue, saturation in
                let turned = hue + shift
                return (turned > 1 ? turned - 1 : turned < 0 ? turned + 1 : turned, saturation)
            }
            return (
                unit.moved(unit.clipped(colour.0), to: range),
                unit.moved(unit.clipped(colour.1), to: range),
                unit.moved(unit.clipped(colour.2), to: range)
            )
        }
    }
}
