extension RawInput {
    /// The value that the bytes of a picture or a recording give.
    ///
    /// A picture is turned as its EXIF data say, has the channels of the input, and where the input has fixed extents, is
    /// brought to them as Keras's `Resizing` does with `antialias`. A recording is brought to the input's sample rate and
    /// channels, and where the input has a fixed length, is cut at its end or filled with silence.
    ///
    /// - Throws: `FrontError` for bytes that are no file that is read.
    public func value(ofFile bytes: [UInt8]) throws(FrontError) -> FrontValue {
        switch kind {
        case .image: try picture(bytes)
        case .audio: try recording(bytes)
        case .float32, .int32, .string: throw FrontError("the input \"\(name)\" takes \(kind.rawValue), found a file")
        }
    }

    private func picture(_ bytes: [UInt8]) throws(FrontError) -> FrontValue {
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

    private func recording(_ bytes: [UInt8]) throws(FrontError) -> FrontValue {
        var recording = try Recording(wav: bytes)
        let channels = shape.count == 2 ? shape[1] ?? 1 : 1
        if channels == 1 { recording = recording.mono() }
        guard recording.channels == channels else {
            throw FrontError(
                "the input \"\(name)\" takes \(channels) channels, and the recording has \(recording.channels)"
            )
        }
        if let sampleRate, recording.sampleRate != sampleRate { recording = try recording.resampled(to: sampleRate) }
        var samples = recording.floats
        if let count = shape.first ?? nil {
            let wanted = count * channels
            if samples.count > wanted { samples.removeLast(samples.count - wanted) }
            samples += [Float](repeating: 0, count: wanted - samples.count)
        }
        return FrontValue(.floats(samples), shape.count == 2 ? [samples.count / channels, channels] : [samples.count])
    }

    private static let resampler = PictureResampler(.bilinear, antialias: true)
}
