import JSON

/// Keras's `CutMix`: a rectangle of one picture in another, whose part of it is drawn from Beta(alpha, alpha) with an alpha
/// of `factor`.
struct CutMixFrontLayer: MixingFrontLayer {
    static let name = "CutMix"

    private let factor: FactorRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, default: 1)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        shared.write(to: &json)
    }

    func mixed(
        _ picture: FloatPicture,
        with other: FloatPicture,
        _ random: inout RowRandom
    ) -> (picture: FloatPicture, weight: Float) {
        // Keras's own least alpha.
        let alpha = Double(factor.draw(&random)) + 1e-6
        let ratio = Float((1 - Distributions.beta(alpha, &random)).squareRoot())
        func range(_ length: Int) -> Range<Float> {
            let cut = ratio * Float(length)
            let start = Float(random.uniform()) * (Float(length) - cut)
            return start..<start + cut
        }
        let x = range(picture.width)
        return Self.cut(picture, other, x: x, y: range(picture.height))
    }

    /// A picture with the pixels of another whose column and row lie in ranges, and the part of it that these leave, by
    /// their very ends.
    static func cut(
        _ picture: FloatPicture,
        _ other: FloatPicture,
        x: Range<Float>,
        y: Range<Float>
    ) -> (picture: FloatPicture, weight: Float) {
        var result = picture
        for row in 0..<picture.height where y.contains(Float(row)) {
            for column in 0..<picture.width where x.contains(Float(column)) {
                let start = (row * picture.width + column) * picture.channels
                for place in start..<start + picture.channels { result.pixels[place] = other.pixels[place] }
            }
        }
        let area = (x.upperBound - x.lowerBound) * (y.upperBound - y.lowerBound)
        return (result, 1 - area / Float(picture.width * picture.height))
    }
}
