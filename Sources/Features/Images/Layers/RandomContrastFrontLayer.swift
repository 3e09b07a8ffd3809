/// Keras's `RandomContrast`: each channel's distance from its mean times a factor from 1 - low to 1 + high.
struct RandomContrastFrontLayer: FactorLayer {
    static let name = "RandomContrast"
    static let factors: ClosedRange<Double> = 0...1
    /// A number is both low and high.
    static let number = FactorRange.Number.alone

    let strength: FactorStrength

    init(_ strength: FactorStrength) { self.strength = strength }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        adjusted(picture, by: Float(random.uniform(1 - factor.lower, 1 + factor.upper)))
    }

    /// The picture with its contrast multiplied.
    func adjusted(_ picture: FloatPicture, by factor: Float) -> FloatPicture {
        let (range, count) = (range, Float(picture.height * picture.width))
        let means = picture.reduced(0) { $0 + $1 }.map { ($0 / count * (1 - factor), Float(0)) }
        return picture.mapped(means) { number, mean, _ in range.clipped(number * factor + mean) }
    }
}
