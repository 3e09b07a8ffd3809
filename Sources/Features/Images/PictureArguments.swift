import JSON

/// Arguments that picture layers share.
enum PictureArguments {
    /// The heights and widths that a layer may give.
    static let sides = 1...16384

    /// Reads `data_format`, of which there is one.
    static func readDataFormat(_ arguments: inout ObjectReader) {
        guard let format = arguments.optionalString("data_format"), format != "channels_last" else { return }
        arguments.fault(
            at: "data_format",
            "expected \"channels_last\", found \"\(format)\": pictures are [height, width, channels]"
        )
    }
}

/// Arguments that layers share which change pictures at random.
struct AugmentationArguments: Sendable, Equatable {
    /// Keras's `seed`, kept for definitions that go back to Keras; draws come from the training job's seed.
    let seed: Int?

    init(reading arguments: inout ObjectReader) {
        seed = arguments.optionalInt("seed")
        PictureArguments.readDataFormat(&arguments)
    }

    /// Those of a layer within another.
    init() { seed = nil }

    func write(to json: inout JSONWriter) {
        json.field("seed", seed)
        json.field("data_format", "channels_last")
    }
}
