import JSON

/// Keras's `AutoContrast`: spreads each channel over the value range, at rest too; one of a single value stays.
struct AutoContrastFrontLayer: AugmentingLayer {
    static let name = "AutoContrast"

    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `value_range` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(range: ValueRange) { (self.range, shared) = (range, AugmentationArguments()) }

    func write(to json: inout JSONWriter) {
        json.field("value_range", range)
        shared.write(to: &json)
    }

    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        augmented(try picture(inputs), &pass.random).value
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let range = range
        let (lows, highs) = (picture.reduced(.infinity) { min($0, $1) }, picture.reduced(-.infinity) { max($0, $1) })
        let spreads = zip(lows, highs).map { low, high in
            let (least, most) = (range.moved(low, to: .bytes), range.moved(high, to: .bytes))
            // None where the channel has a single value.
            let scale = most > least ? 255 / (most - least) : 0
            return (scale, -least * scale)
        }
        return picture.mapped(spreads) { number, scale, offset in
            let spread = ValueRange.bytes.clipped(range.moved(number, to: .bytes) * scale + offset)
            return scale == 0 ? number : ValueRange.bytes.moved(spread, to: range)
        }
    }
}
