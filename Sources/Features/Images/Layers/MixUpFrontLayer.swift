import JSON

/// Keras's `MixUp`: the weighted mean of two pictures, the weight drawn for each from Beta(alpha, alpha).
struct MixUpFrontLayer: MixingFrontLayer {
    static let name = "MixUp"

    private let alpha: Double
    private let shared: AugmentationArguments

    /// Reads `alpha`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        alpha = arguments.double("alpha", in: .above(0), default: 0.2)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("alpha", alpha)
        shared.write(to: &json)
    }

    func mixed(
        _ picture: FloatPicture,
        with other: FloatPicture,
        _ random: inout RowRandom
    ) -> (picture: FloatPicture, weight: Float) {
        let weight = Float(Distributions.beta(alpha, &random))
        return (Self.mean(picture, other, weight), weight)
    }

    /// So much of one picture and the rest of another.
    static func mean(_ picture: FloatPicture, _ other: FloatPicture, _ weight: Float) -> FloatPicture {
        var result = picture
        for place in result.pixels.indices {
            result.pixels[place] = weight * picture.pixels[place] + (1 - weight) * other.pixels[place]
        }
        return result
    }
}
