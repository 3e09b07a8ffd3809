/// Keras's `RandomInvert`: the greatest value less each number, with a probability of `factor`.
struct RandomInvertFrontLayer: FactorLayer {
    static let name = "RandomInvert"
    static let factors: ClosedRange<Double> = 0...1
    static let standardFactor: Double? = 1

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        guard factor.drawsTrue(&random) else { return picture }
        let greatest = range.upper
        return picture.mapped { greatest - $0 }
    }
}
