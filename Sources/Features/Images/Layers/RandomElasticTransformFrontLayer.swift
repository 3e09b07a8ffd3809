import JSON

/// Keras's `RandomElasticTransform`: moves pixels by a smooth field of random distances, with a probability of `factor`.
struct RandomElasticTransformFrontLayer: AugmentingLayer {
    static let name = "RandomElasticTransform"

    private let factor: FactorRange
    private let scale: FactorRange
    private let sampler: PictureSampler
    private let range: ValueRange
    private let shared: AugmentationArguments

    /// Reads `factor`, `scale`, `interpolation`, `fill_mode`, `fill_value`, `value_range`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = FactorRange("factor", &arguments, in: 0...1, default: 1)
        scale = FactorRange("scale", &arguments, in: 0...1, default: 1)
        sampler = PictureSampler(reading: &arguments, FillMode.usual + [.mirror])
        range = ValueRange(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        json.field("scale", scale)
        sampler.write(to: &json)
        json.field("value_range", range)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        guard scale.upper > 0, factor.drawsTrue(&random) else { return picture }
        let distortion = scale.draw(&random)
        let reach = Float(max(picture.height, picture.width)) * 0.1 * distortion
        let deviation = Float(min(picture.height, picture.width)) * 0.05 * distortion
        // Where it is none, nothing is moved.
        guard deviation > 0 else { return picture }
        let across = field(of: picture, deviation, &random)
        let down = field(of: picture, deviation, &random)
        let width = picture.width
        return sampler.sampled(picture) { x, y in
            let place = y * width + x
            return (Float(x) + reach * across[place], Float(y) + reach * down[place])
        }.mapped(range.clipped)
    }

    /// A distance for each pixel: noise, made smooth.
    private func field(of picture: FloatPicture, _ deviation: Float, _ random: inout RowRandom) -> [Float] {
        let noise = (0..<picture.height * picture.width).map { _ in Float(Distributions.normal(&random)) * deviation }
        let field = FloatPicture(height: picture.height, width: picture.width, channels: 1, pixels: noise)
        let bell = SeparableConvolution.bell(count: 6 * Int(deviation) | 1, deviation: deviation)
        return SeparableConvolution.applied(to: field, down: bell, across: bell).pixels
    }
}
