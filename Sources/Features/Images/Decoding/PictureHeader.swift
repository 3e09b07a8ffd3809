/// What a picture's file says of itself before a pixel is decoded.
///
/// Reading it walks the whole file from marker to marker, so that a file that was cut is refused without decoding.
public struct PictureHeader: Sendable, Equatable {
    /// The kind of file.
    public let format: PictureFormat
    /// Pixels from left to right, of the picture as it is shown: after turning as EXIF says.
    public var width: Int { orientation.swapsSides ? storedHeight : storedWidth }
    /// Pixels from top to bottom, of the picture as it is shown.
    public var height: Int { orientation.swapsSides ? storedWidth : storedHeight }
    /// Numbers a pixel, alpha left out: 1 of grey, 3 of colour (palettes and CMYK too).
    public let channels: Int
    /// Whether pixels have transparency.
    public let hasAlpha: Bool
    /// Whether it is an animation, of which the first picture is read.
    public let isAnimated: Bool

    /// How the stored picture must be turned to be shown.
    let orientation: Orientation
    let storedWidth: Int
    let storedHeight: Int
    /// Whether the values are those of ink: cyan, magenta, yellow and black, inverted as Adobe writes them.
    let isCMYK: Bool
    /// Whether a JPEG file leaves tables out that it uses, as the frames of a film do, so that standard ones stand in.
    let lacksTables: Bool

    /// The most pixels of a picture.
    public static let pixelLimit = 64_000_000

    /// Reads what a whole file says.
    ///
    /// - Throws: `PictureError` where it is of another kind, cut, broken, too large, or has no pixels.
    public init(reading bytes: [UInt8]) throws(PictureError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(PictureError) in try PictureHeader(buffer) }
    }

    init(_ buffer: UnsafeBufferPointer<UInt8>) throws(PictureError) {
        guard let format = PictureFormat(buffer) else { throw PictureFormat.refusal(of: buffer) }
        let bytes = PictureBytes(buffer)
        switch format {
        case .jpeg: self = try JPEGMarkers(bytes).header()
        case .png: self = try PNGChunks(bytes).header()
        case .webp: self = try WebPChunks(bytes).header()
        }
        try checkSize(ofFile: buffer.count)
    }

    init(
        _ format: PictureFormat,
        width: Int,
        height: Int,
        channels: Int,
        hasAlpha: Bool = false,
        isAnimated: Bool = false,
        isCMYK: Bool = false,
        lacksTables: Bool = false,
        orientation: Orientation
    ) {
        (self.format, self.channels, self.hasAlpha) = (format, channels, hasAlpha)
        (storedWidth, storedHeight, self.orientation) = (width, height, orientation)
        (self.isAnimated, self.isCMYK, self.lacksTables) = (isAnimated, isCMYK, lacksTables)
    }

    /// Refuses what would decode to far more than the file can honestly hold.
    private func checkSize(ofFile count: Int) throws(PictureError) {
        guard storedWidth > 0, storedHeight > 0 else {
            throw PictureError(
                "the \(format.rawValue) picture has no pixels: it says \(storedWidth) by \(storedHeight)"
            )
        }
        let (pixels, overflows) = storedWidth.multipliedReportingOverflow(by: storedHeight)
        guard !overflows, pixels <= Self.pixelLimit else {
            throw PictureError(
                "the \(format.rawValue) picture says it has \(storedWidth) by \(storedHeight) pixels; "
                    + "at most \(Self.pixelLimit) are read: make it smaller"
            )
        }
        let decoded = pixels * (channels + (hasAlpha ? 1 : 0))
        guard decoded <= 1000 * count + (16 << 20) else {
            throw PictureError(
                "the \(format.rawValue) picture of \(storedWidth) by \(storedHeight) pixels would be \(decoded) bytes out "
                    + "of a file of \(count), more than 1000 times as many and 16 MB: no photograph packs so well"
            )
        }
    }
}
