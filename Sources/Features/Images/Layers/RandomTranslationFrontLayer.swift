import JSON

/// Keras's `RandomTranslation`: moves down and right by parts of the height and the width.
struct RandomTranslationFrontLayer: AugmentingLayer {
    static let name = "RandomTranslation"

    private let heightFactor: FactorRange
    private let widthFactor: FactorRange
    private let sampler: PictureSampler
    private let shared: AugmentationArguments

    /// Reads `height_factor`, `width_factor`, `fill_mode`, `interpolation`, `fill_value`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        heightFactor = FactorRange("height_factor", &arguments, in: -1...1)
        widthFactor = FactorRange("width_factor", &arguments, in: -1...1)
        sampler = PictureSampler(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(factor: FactorRange, sampler: PictureSampler) {
        (heightFactor, widthFactor) = (factor, factor)
        (self.sampler, shared) = (sampler, AugmentationArguments())
    }

    func write(to json: inout JSONWriter) {
        json.field("height_factor", heightFactor)
        json.field("width_factor", widthFactor)
        sampler.write(to: &json)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let down = heightFactor.draw(&random) * Float(picture.height)
        let right = widthFactor.draw(&random) * Float(picture.width)
        return Projection.translation(x: right, y: down).applied(to: picture, sampler)
    }
}
