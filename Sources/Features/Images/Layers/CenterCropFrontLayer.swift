import JSON

/// Keras's `CenterCrop`: the middle of a picture; one that is smaller is resized to cover it, its aspect ratio kept.
struct CenterCropFrontLayer: PictureFrontLayer {
    /// Keras's class name.
    static let name = "CenterCrop"

    private let height: Int
    private let width: Int

    /// Reads `height`, `width` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        height = arguments.int("height", in: PictureArguments.sides)
        width = arguments.int("width", in: PictureArguments.sides)
        PictureArguments.readDataFormat(&arguments)
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("height", height)
        json.field("width", width)
        json.field("data_format", "channels_last")
    }

    /// Numbers of the layer's height and width.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        FrontType(.float, [height, width, try pictureType(inputs).shape[2]])
    }

    /// Crops.
    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let whole = try window(inputs)
        let isLarger = whole.height >= height && whole.width >= width
        let window =
            isLarger
            ? whole.part(
                top: (whole.height - height) / 2,
                left: (whole.width - width) / 2,
                height: height,
                width: width
            ) : whole.cropped(toRatioOf: (height, width))
        return FrontValue(
            .floats(inputs[0].resized(window, height: height, width: width)),
            [height, width, whole.channels]
        )
    }
}

extension FrontValue {
    /// A window of the picture that this is, resized to numbers; none of words.
    func resized(_ window: PictureWindow, height: Int, width: Int) -> [Float] {
        let resampler = PictureResampler()
        return switch content {
        case .bytes(let bytes): resampler.resized(bytes, window, height: height, width: width)
        case .integers(let integers): resampler.resized(integers, window, height: height, width: width)
        case .floats(let numbers): resampler.resized(numbers, window, height: height, width: width)
        case .strings: []
        }
    }
}
