import JSON

/// Keras's `RandomPosterization`: keeps the highest bits of each number, from `low` of them to less than `high`.
struct RandomPosterizationFrontLayer: AugmentingLayer {
    static let name = "RandomPosterization"

    private let factor: FactorRange
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor` (1 to 8), `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 1...8)
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
