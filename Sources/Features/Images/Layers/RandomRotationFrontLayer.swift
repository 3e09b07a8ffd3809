import JSON

/// Keras's `RandomRotation`: turns about the middle by a part of a full turn, counter-clockwise where it is positive.
struct RandomRotationFrontLayer: AugmentingLayer {
    static let name = "RandomRotation"

    private let factor: FactorRange
    private let sampler: PictureSampler
    private let shared: AugmentationArguments

    /// Reads `factor`, `fill_mode`, `interpolation`, `fill_value`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: -1...1)
        sampler = PictureSampler(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(factor: FactorRange, sampler: PictureSampler) {
        (self.factor, self.sampler, shared) = (factor, sampler, AugmentationArguments())
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        sampler.write(to: &json)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let degrees = 360 * factor.draw(&random)
        return Projection.rotation(degrees: degrees, height: picture.height, width: picture.width)
            .applied(to: picture, sampler)
    }
}
