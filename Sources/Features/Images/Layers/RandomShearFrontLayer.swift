import JSON

/// Keras's `RandomShear`: slants by parts of the height and the width, both to the same side.
struct RandomShearFrontLayer: AugmentingLayer {
    static let name = "RandomShear"

    private let xFactor: FactorRange
    private let yFactor: FactorRange
    private let sampler: PictureSampler
    private let shared: AugmentationArguments

    /// Reads `x_factor`, `y_factor`, `interpolation`, `fill_mode`, `fill_value`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        xFactor = FactorRange("x_factor", &arguments, in: -1...1, default: 0)
        yFactor = FactorRange("y_factor", &arguments, in: -1...1, default: 0)
        sampler = PictureSampler(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    init(factor: FactorRange, sampler: PictureSampler) {
        (xFactor, yFactor, self.sampler, shared) = (factor, factor, sampler, AugmentationArguments())
    }

    func write(to json: inout JSONWriter) {
        json.field("x_factor", xFactor)
        json.field("y_factor", yFactor)
        sampler.write(to: &json)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let side: Float = random.uniform() < 0.5 ? 1 : -1
        let (x, y) = (side * xFactor.draw(&random), side * yFactor.draw(&random))
        return sheared(picture, x: x, y: y)
    }

    /// The picture slanted.
    func sheared(_ picture: FloatPicture, x: Float, y: Float) -> FloatPicture {
        Projection.shear(x: x, y: y).applied(to: picture, sampler)
    }
}
