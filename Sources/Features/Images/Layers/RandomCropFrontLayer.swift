import JSON

/// Keras's `RandomCrop`: a part of the picture from anywhere in it, in training.
///
/// At rest, and where a side isn't larger than the part, it is the middle of the picture, resized, its aspect ratio kept.
/// Each picture has a place of its own, where Keras draws one for a batch.
struct RandomCropFrontLayer: PictureFrontLayer {
    static let name = "RandomCrop"
    /// It draws a place while rows are trained on.
    static let isRandom = true

    private let height: Int
    private let width: Int
    private let shared: AugmentationArguments

    /// Reads `height`, `width`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        height = arguments.int("height", in: PictureArguments.sides)
        width = arguments.int("width", in: PictureArguments.sides)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("height", height)
        json.field("width", width)
        shared.write(to: &json)
    }

    /// Numbers of the layer's height and width.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        FrontType(.float, [height, width, try pictureType(inputs).shape[2]])
    }

    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let whole = try window(inputs)
        var window = whole.cropped(toRatioOf: (height, width))
        if pass.isTraining, whole.height > height, whole.width > width {
            let top = pass.random.integer(below: whole.height - height + 1)
            let left = pass.random.integer(below: whole.width - width + 1)
            window = whole.part(top: top, left: left, height: height, width: width)
        }
        return FrontValue(
            .floats(inputs[0].resized(window, height: height, width: width)),
            [height, width, whole.channels]
        )
    }
}
