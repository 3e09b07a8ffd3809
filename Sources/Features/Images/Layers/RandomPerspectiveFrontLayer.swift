import JSON

/// Keras's `RandomPerspective`: pulls each corner towards the first or away, with a probability of `factor`.
struct RandomPerspectiveFrontLayer: AugmentingLayer {
    static let name = "RandomPerspective"

    private let factor: FactorRange
    private let scale: Double
    private let sampler: PictureSampler
    private let shared: AugmentationArguments

    /// Reads `factor`, `scale`, `interpolation`, `fill_value`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, default: 1)
        scale = arguments.double("scale", in: .from(0, through: 1), default: 1)
        let interpolation = arguments.choice("interpolation", default: PictureSampler.Interpolation.bilinear)
        sampler = PictureSampler(interpolation, .constant, fill: Float(arguments.double("fill_value", default: 0)))
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("scale", scale)
        json.field("interpolation", sampler.interpolation.rawValue)
        json.field("fill_value", sampler.fill)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        guard factor.drawsTrue(&random) else { return picture }
        let (right, bottom) = (Float(picture.width - 1), Float(picture.height - 1))
        let corners: [(x: Float, y: Float)] = [(0, 0), (right, 0), (0, bottom), (right, bottom)]
        let moved = corners.map { corner in
            let (x, y) = (random.uniform(-0.5 * scale, 0.5 * scale), random.uniform(-0.5 * scale, 0.5 * scale))
            return (x: corner.x + corner.x * Float(x), y: corner.y + corner.y * Float(y))
        }
        return projected(picture, from: corners, to: moved)
    }

    /// The picture with points of it moved to others; as it is where it is too narrow for that.
    func projected(
        _ picture: FloatPicture,
        from start: [(x: Float, y: Float)],
        to end: [(x: Float, y: Float)]
    ) -> FloatPicture {
        Projection.homography(from: start, to: end)?.applied(to: picture, sampler) ?? picture
    }
}
