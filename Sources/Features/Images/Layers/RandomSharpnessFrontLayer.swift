/// Keras's `RandomSharpness`: from blurred at 0 over as it is at 0.5 to sharpened at 1.
struct RandomSharpnessFrontLayer: FactorLayer {
    static let name = "RandomSharpness"
    static let factors: ClosedRange<Double> = 0...1

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

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
