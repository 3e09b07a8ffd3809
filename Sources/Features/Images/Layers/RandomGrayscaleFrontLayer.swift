import JSON

/// Keras's `RandomGrayscale`: grey in all three channels, with a probability of `factor`.
struct RandomGrayscaleFrontLayer: AugmentingLayer {
    static let name = "RandomGrayscale"

    private let factor: Double
    private let shared: AugmentationArguments

    /// Reads `factor`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        factor = arguments.double("factor", in: .from(0, through: 1), default: 0.5)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("factor", factor)
        shared.write(to: &json)
    }

    var channelsTaken: [Int]? { [1, 3] }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        guard random.uniform() < factor, picture.channels == 3 else { return picture }
        return ColourSpace.mapped(picture) { red, green, blue in
            let grey = ColourSpace.grey(red, green, blue)
            return (grey, grey, grey)
        }
    }
}
