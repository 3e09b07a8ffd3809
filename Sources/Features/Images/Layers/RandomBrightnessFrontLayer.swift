/// Keras's `RandomBrightness`: adds a part of the value range.
struct RandomBrightnessFrontLayer: FactorLayer {
    static let name = "RandomBrightness"
    static let factors: ClosedRange<Double> = -1...1

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let delta = factor.draw(&random) * range.width
        let range = range
        return picture.mapped { range.clipped($0 + delta) }
    }
}
