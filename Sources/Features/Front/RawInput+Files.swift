extension RawInput {
    /// The value that the bytes of a picture give.
    ///
    /// A picture is turned as its EXIF data say, has the channels of the input, and where the input has fixed extents, is
    /// brought to them as Keras's `Resizing` does with `antialias`.
    ///
    /// - Throws: `FrontError` for bytes that are no picture that is read.
    public func value(ofFile bytes: [UInt8]) throws(FrontError) -> FrontValue {
        guard kind == .image else { throw FrontError("the input \"\(name)\" takes \(kind.rawValue), found a file") }
        let picture: Picture
        do {
            picture = try Picture(decoding: bytes, channels: (shape.last ?? nil) ?? 3)
        } catch {
            throw FrontError("\(error)")
        }
        guard let height = shape[0], let width = shape[1], (height, width) != (picture.height, picture.width) else {
            return picture.value
        }
        let window = PictureWindow(height: picture.height, width: picture.width, channels: picture.channels)
        let resized: [UInt8] = Self.resampler.resized(picture.pixels, window, height: height, width: width)
        return FrontValue(.bytes(resized), [height, width, picture.channels])
    }

    private static let resampler = PictureResampler(.bilinear, antialias: true)
}
