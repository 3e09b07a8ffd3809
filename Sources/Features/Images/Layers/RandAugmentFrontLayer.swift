import JSON

/// Keras's `RandAugment`: some layers one after the other, each drawn of eleven (Cubuk and others 2019).
struct RandAugmentFrontLayer: AugmentingLayer {
    static let name = "RandAugment"

    private let layersApplied: Int
    private let range: ValueRange
    private let factor: FactorRange
    private let interpolation: PictureSampler.Interpolation
    private let shared: AugmentationArguments
    private let layers: [any AugmentingLayer]

    /// Reads `value_range`, `num_ops`, `factor`, `interpolation`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        range = ValueRange(reading: &arguments)
        layersApplied = arguments.int("num_ops", in: 1...100, default: 2)
        factor = FactorRange("factor", &arguments, in: 0...1, default: 0.5)
        interpolation = arguments.choice("interpolation", default: PictureSampler.Interpolation.bilinear)
        shared = AugmentationArguments(reading: &arguments)
        layers = AugmentationChoice.layers(factor, range, interpolation, all: true)
    }

    func write(to json: inout JSONWriter) {
        json.field("value_range", range)
        json.field("num_ops", layersApplied)
        json.field("factor", factor)
        json.field("interpolation", interpolation.rawValue)
        shared.write(to: &json)
    }

    var channelsTaken: [Int]? { [1, 3] }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        (0..<layersApplied).reduce(picture) { picture, _ in
            layers[random.integer(below: layers.count)].augmented(picture, &random)
        }
    }
}
