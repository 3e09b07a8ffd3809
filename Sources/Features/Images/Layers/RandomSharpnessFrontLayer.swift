import JSON

/// Keras's `RandomSharpness`: from blurred at 0 over as it is at 0.5 to sharpened at 1.
struct RandomSharpnessFrontLayer: AugmentingLayer {
    static let name = "RandomSharpness"

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

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let weight = 1 - 2 * factor.draw(&random)
        // Nine pixels count 1/13 each, the middle one 4/13 more.
        let ones: [Float] = [1, 1, 1]
        var result = SeparableConvolution.applied(to: picture, down: ones, across: ones)
        let range = range
        result.pixels.withUnsafeMutableBufferPointer { smooth in
            picture.pixels.withUnsafeBufferPointer { pixels in
                for index in 0..<pixels.count {
                    let blurred = (smooth[index] + 4 * pixels[index]) / 13
                    smooth[index] = range.clipped(pixels[index] + weight * (blurred - pixels[index]))
                }
            }
        }
        return result
    }
}
