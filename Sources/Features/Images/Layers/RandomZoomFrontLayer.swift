import JSON

/// Keras's `RandomZoom`: makes smaller by a positive part of the height and the width, larger by a negative one.
struct RandomZoomFrontLayer: AugmentingLayer {
    static let name = "RandomZoom"

    private let heightFactor: FactorRange
    private let widthFactor: FactorRange?
    private let sampler: PictureSampler
    private let shared: AugmentationArguments

    /// Reads `height_factor`, `width_factor` (null for what the height gets), `fill_mode`, `interpolation`,
    /// `fill_value`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        heightFactor = FactorRange("height_factor", &arguments, in: -1...1)
        widthFactor = FactorRange.optional("width_factor", &arguments, in: -1...1)
        sampler = PictureSampler(reading: &arguments)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("height_factor", heightFactor)
        json.field("width_factor", widthFactor)
        sampler.write(to: &json)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        let y = 1 + heightFactor.draw(&random)
        let x = widthFactor.map { 1 + $0.draw(&random) } ?? y
        return Projection.zoom(x: x, y: y, height: picture.height, width: picture.width).applied(to: picture, sampler)
    }
}
