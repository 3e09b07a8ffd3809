/// Keras's `RandomColorDegeneration`: a part of the way to grey.
struct RandomColorDegenerationFrontLayer: FactorLayer {
    static let name = "RandomColorDegeneration"
    static let factors: ClosedRange<Double> = -1...1

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

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
