/// A decoded picture: bytes from 0 to 255, row-major, the channels of a pixel beside each other.
public struct Picture: Sendable, Equatable {
    /// Pixels from top to bottom.
    public let height: Int
    /// Pixels from left to right.
    public let width: Int
    /// Numbers a pixel: 1 of grey, 3 of red, green and blue, 4 with alpha.
    public let channels: Int
    /// The numbers, `height * width * channels` of them.
    public let pixels: [UInt8]

    /// Decodes a JPEG, PNG or WebP file to what Pillow's `ImageOps.exif_transpose` and `convert` give.
    ///
    /// It is turned as EXIF (or XMP) says; palettes, grey, CMYK and 16 bits (their high byte) become 8 bits of the
    /// channels asked for; gamma and colour profiles are left aside; of an animation the first picture is taken.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - channels: 1 for grey (`"L"`), 3 for colour (`"RGB"`, the colour beneath transparency), 4 for colour and alpha
    ///     (`"RGBA"`); nil for what the file has, 1 or 3.
    /// - Throws: `PictureError` where it is of another kind, cut, broken, or too large.
    public init(decoding bytes: [UInt8], channels: Int? = nil) throws(PictureError) {
        precondition(channels.map([1, 3, 4].contains) ?? true, "a picture has 1, 3 or 4 channels")
        self = try bytes.withUnsafeBufferPointer { buffer throws(PictureError) in
            try Picture(buffer, PictureHeader(buffer), channels: channels)
        }
    }

    /// Makes a picture of its pixels.
    public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
        precondition(pixels.count == height * width * channels, "pixels don't fill the picture")
        (self.height, self.width, self.channels, self.pixels) = (height, width, channels, pixels)
    }

    /// The picture as a row for front layers, `[height, width, channels]` of bytes.
    public var value: FrontValue { FrontValue(.bytes(pixels), [height, width, channels]) }

    private init(
        _ buffer: UnsafeBufferPointer<UInt8>,
        _ header: PictureHeader,
        channels asked: Int?
    ) throws(PictureError) {
        let channels = asked ?? header.channels
        // What the decoders give; grey is worked out of the colour, as Pillow does, not taken from a JPEG's luminance.
        let (decoded, given) =
            switch header.format {
            case .jpeg: (try JPEGDecoder.pixels(buffer, header), header.channels)
            case .png:
                (
                    try PNGDecoder.pixels(buffer, header, channels: max(channels, header.channels)),
                    max(channels, header.channels)
                )
            case .webp: (try WebPDecoder.pixels(buffer, header, channels: max(channels, 3)), max(channels, 3))
            }
        let converted =
            switch (given, channels) {
            case (3, 1): PixelConversion.grey(fromColour: decoded)
            case (1, 3): PixelConversion.colour(fromGrey: decoded)
            case (1, 4): PixelConversion.opaque(PixelConversion.colour(fromGrey: decoded))
            case (3, 4): PixelConversion.opaque(decoded)
            default: decoded
            }
        self.init(
            height: header.height,
            width: header.width,
            channels: channels,
            pixels: header.orientation.turned(
                converted,
                width: header.storedWidth,
                height: header.storedHeight,
                channels: channels
            )
        )
    }
}
