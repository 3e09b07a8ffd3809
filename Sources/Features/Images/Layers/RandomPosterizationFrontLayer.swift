/// Keras's `RandomPosterization`: keeps the highest bits of each number, from `low` of them to less than `high`.
struct RandomPosterizationFrontLayer: FactorLayer {
    static let name = "RandomPosterization"
    static let factors: ClosedRange<Double> = 1...8

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let (least, most) = (Int(factor.lower), Int(factor.upper))
        let bits = least == most ? least : least + random.integer(below: most - least)
        let mask = UInt8.max << UInt8(8 - bits)
        let range = range
        return picture.mapped { number in
            // What is no number stays so, as in the other layers.
            guard !number.isNaN else { return number }
            let byte = UInt8(ValueRange.bytes.clipped(range.moved(number, to: .bytes)))
            return ValueRange.bytes.moved(Float(byte & mask), to: range)
        }
    }
}
