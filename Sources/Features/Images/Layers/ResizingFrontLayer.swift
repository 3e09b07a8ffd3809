import JSON

/// Keras's `Resizing`: a picture of another height and width; bytes and whole numbers stay what they are, rounded.
struct ResizingFrontLayer: PictureFrontLayer {
    /// Keras's class name.
    static let name = "Resizing"

    private let height: Int
    private let width: Int
    private let cropsToAspectRatio: Bool
    private let padsToAspectRatio: Bool
    private let fill: Double
    private let resampler: PictureResampler

    /// Reads `height`, `width`, `interpolation`, `crop_to_aspect_ratio`, `pad_to_aspect_ratio`, `fill_mode`,
    /// `fill_value`, `antialias` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        height = arguments.int("height", in: PictureArguments.sides)
        width = arguments.int("width", in: PictureArguments.sides)
        let interpolation = arguments.choice("interpolation", default: ResizeInterpolation.bilinear)
        cropsToAspectRatio = arguments.bool("crop_to_aspect_ratio", default: false)
        padsToAspectRatio = arguments.bool("pad_to_aspect_ratio", default: false)
        _ = arguments.choice("fill_mode", among: ["constant"], default: "constant")
        fill = arguments.double("fill_value", default: 0)
        resampler = PictureResampler(interpolation, antialias: arguments.bool("antialias", default: false))
        PictureArguments.readDataFormat(&arguments)
        if cropsToAspectRatio, padsToAspectRatio {
            arguments.fault(
                at: "pad_to_aspect_ratio",
                "a picture is either cropped or padded to an aspect ratio, not both"
            )
        }
    }

    /// Writes every argument.
    func write(to json: inout JSONWriter) {
        json.field("height", height)
        json.field("width", width)
        json.field("interpolation", resampler.interpolation.rawValue)
        json.field("crop_to_aspect_ratio", cropsToAspectRatio)
        json.field("pad_to_aspect_ratio", padsToAspectRatio)
        json.field("fill_mode", "constant")
        json.field("fill_value", fill)
        json.field("antialias", resampler.antialias)
        json.field("data_format", "channels_last")
    }

    /// What comes in, of the layer's height and width.
    func output(for inputs: [FrontType]) throws(FrontError) -> FrontType {
        let type = try pictureType(inputs)
        return FrontType(type.element, [height, width, type.shape[2]])
    }

    /// Resizes.
    func apply(to inputs: [FrontValue], _ pass: inout FrontPass) throws(FrontError) -> FrontValue {
        let window = try window(inputs)
        let content: FrontValue.Content =
            switch inputs[0].content {
            case .bytes(let bytes): .bytes(resized(bytes, window))
            case .integers(let integers): .integers(resized(integers, window))
            case .floats(let numbers): .floats(resized(numbers, window))
            case .strings: throw FrontError("Resizing takes a picture, found words")
            }
        return FrontValue(content, [height, width, window.channels])
    }

    private func resized<Number: PixelNumber>(_ pixels: [Number], _ window: PictureWindow) -> [Number] {
        if window.height == height, window.width == width { return pixels }
        if cropsToAspectRatio {
            return resampler.resized(pixels, window.cropped(toRatioOf: (height, width)), height: height, width: width)
        }
        let (rows, columns) = padsToAspectRatio ? window.padding(toRatioOf: (height, width)) : (0, 0)
        guard rows > 0 || columns > 0 else { return resampler.resized(pixels, window, height: height, width: width) }
        let whole = PictureWindow(
            height: window.height + 2 * rows,
            width: window.width + 2 * columns,
            channels: window.channels
        )
        let inner = whole.part(top: rows, left: columns, height: window.height, width: window.width)
        var padded = [Number](repeating: Number(nearest: Float(fill)), count: whole.height * whole.stride)
        for row in 0..<window.height {
            let (to, from) = (inner.offset(ofRow: row), window.offset(ofRow: row))
            padded.replaceSubrange(to..<to + window.stride, with: pixels[from..<from + window.stride])
        }
        return resampler.resized(padded, whole, height: height, width: width)
    }
}
