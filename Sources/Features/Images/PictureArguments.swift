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
