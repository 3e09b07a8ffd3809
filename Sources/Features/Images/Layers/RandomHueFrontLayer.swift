/// Keras's `RandomHue`: turns the hue by up to half a turn of its circle to either side.
struct RandomHueFrontLayer: FactorLayer {
    static let name = "RandomHue"
    static let factors: ClosedRange<Double> = 0...1

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

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
