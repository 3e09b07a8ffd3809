import JSON

/// Keras's `RandomColorJitter`: brightness, contrast, saturation and hue, one after the other.
struct RandomColorJitterFrontLayer: AugmentingLayer {
    static let name = "RandomColorJitter"

    private let brightness: FactorRange?
    private let contrast: FactorRange?
    private let saturation: FactorRange?
    private let hue: FactorRange?
    private let range: ValueRange
    private let shared: AugmentationArguments
    private let layers: [any AugmentingLayer]

    /// Reads `value_range`, `brightness_factor`, `contrast_factor`, `saturation_factor`, `hue_factor` (null where one
    /// is left alone), `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        let range = ValueRange(reading: &arguments)
        self.range = range
        brightness = .optional("brightness_factor", &arguments, in: -1...1)
        contrast = .optional("contrast_factor", &arguments, in: 0...1, number: .alone)
        saturation = .optional("saturation_factor", &arguments, in: RandomSaturationFrontLayer.factors)
        hue = .optional("hue_factor", &arguments, in: 0...1)
        shared = AugmentationArguments(reading: &arguments)
        let all: [(any AugmentingLayer)?] = [
            brightness.map { RandomBrightnessFrontLayer(factor: $0, range: range) },
            contrast.map { RandomContrastFrontLayer(factor: $0, range: range) },
            saturation.map { RandomSaturationFrontLayer(factor: $0, range: range) },
            hue.map { RandomHueFrontLayer(factor: $0, range: range) },
        ]
        layers = all.compactMap { $0 }
    }

    func write(to json: inout JSONWriter) {
        json.field("value_range", range)
        json.field("brightness_factor", brightness)
        json.field("contrast_factor", contrast)
        json.field("saturation_factor", saturation)
        json.field("hue_factor", hue)
        shared.write(to: &json)
    }

    var channelsTaken: [Int]? { layers.compactMap(\.channelsTaken).first }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        layers.reduce(picture) { $1.augmented($0, &random) }
    }
}
