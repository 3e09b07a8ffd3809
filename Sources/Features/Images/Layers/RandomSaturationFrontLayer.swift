/// Keras's `RandomSaturation`: the saturation times f / (1 - f): 0 and less is grey, 0.5 changes nothing, at 1 colours are pure.
///
/// A single number reaches to either side, as in Keras.
struct RandomSaturationFrontLayer: FactorLayer {
    static let name = "RandomSaturation"
    static let factors: ClosedRange<Double> = -1...1

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

    var channelsTaken: [Int]? { [3] }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let part = factor.draw(&random)
        let factor = part / (1 - part + 1e-7)
        let lowest = range.lower
        return ColourSpace.mapped(picture) { red, green, blue in
            // Saturation depends on where 0 is, not on the numbers' scale; it ends at 1, whatever they are.
            let colour = ColourSpace.changed(red - lowest, green - lowest, blue - lowest) { hue, saturation in
                (hue, max(min(saturation * factor, 1), 0))
            }
            return (colour.0 + lowest, colour.1 + lowest, colour.2 + lowest)
        }
    }
}
