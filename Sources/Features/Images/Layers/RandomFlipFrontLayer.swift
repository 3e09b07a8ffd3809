import JSON

/// Keras's `RandomFlip`: mirrors left and right, top and bottom, or both, each with probability a half.
struct RandomFlipFrontLayer: AugmentingLayer {
    static let name = "RandomFlip"

    private enum Mode: String, CaseIterable {
        case horizontal, vertical
        case both = "horizontal_and_vertical"
    }

    private let mode: Mode
    private let shared: AugmentationArguments

    /// Reads `mode`, `seed` and `data_format`.
    init(reading arguments: inout ObjectReader) {
        mode = arguments.choice("mode", default: Mode.both)
        shared = AugmentationArguments(reading: &arguments)
    }

    func write(to json: inout JSONWriter) {
        json.field("mode", mode.rawValue)
        shared.write(to: &json)
    }

    func augmented(_ picture: FloatPicture, _ random: inout RowRandom) -> FloatPicture {
        var picture = picture
        if mode != .vertical, random.uniform() < 0.5 { picture = Self.mirrored(picture) }
        if mode != .horizontal, random.uniform() < 0.5 { picture = Self.turnedOver(picture) }
        return picture
    }

    /// Left and right changed about.
    static func mirrored(_ picture: FloatPicture) -> FloatPicture {
        switch picture.channels {
        case 1: mirrored(picture, channels: 1)
        case 3: mirrored(picture, channels: 3)
        default: mirrored(picture, channels: picture.channels)
        }
    }

    /// Top and bottom changed about.
    static func turnedOver(_ picture: FloatPicture) -> FloatPicture {
        var result = picture
        let row = picture.width * picture.channels
        result.pixels = []
        result.pixels.reserveCapacity(picture.pixels.count)
        for y in (0..<picture.height).reversed() { result.pixels += picture.pixels[y * row..<(y + 1) * row] }
        return result
    }

    @inline(__always)
    private static func mirrored(_ picture: FloatPicture, channels: Int) -> FloatPicture {
        var result = picture
        let (height, width) = (picture.height, picture.width)
        result.pixels = [Float](unsafeUninitializedCapacity: picture.pixels.count) { target, count in
            count = picture.pixels.count
            picture.pixels.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, var to = target.baseAddress else { return }
                for y in 0..<height {
                    var pixel = from + (y + 1) * width * channels
                    for _ in 0..<width {
                        pixel -= channels
                        for channel in 0..<channels { to[channel] = pixel[channel] }
                        to += channels
                    }
                }
            }
        }
        return result
    }
}
