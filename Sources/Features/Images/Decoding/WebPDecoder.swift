import CWebP

/// Decodes WebP by libwebp; of an animation the first picture, by libwebpdemux.
enum WebPDecoder {
    /// Pixels of 3 or 4 channels, not turned.
    static func pixels(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ header: PictureHeader,
        channels: Int
    ) throws(PictureError) -> [UInt8] {
        if header.isAnimated {
            let pixels = try firstPicture(bytes, header)
            return channels == 4 ? pixels : PixelConversion.colour(withoutAlpha: pixels)
        }
        let (row, size) = (header.storedWidth * channels, header.storedWidth * header.storedHeight * channels)
        var isDone = false
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let decode = channels == 4 ? WebPDecodeRGBAInto : WebPDecodeRGBInto
            isDone = decode(bytes.baseAddress, bytes.count, buffer.baseAddress, size, Int32(row)) != nil
            count = isDone ? size : 0
        }
        guard isDone else { throw broken }
        return pixels
    }

    private static func firstPicture(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ header: PictureHeader
    ) throws(PictureError) -> [UInt8] {
        var data = WebPData(bytes: bytes.baseAddress, size: bytes.count)
        guard let decoder = WebPAnimDecoderNew(&data, nil) else { throw broken }
        defer { WebPAnimDecoderDelete(decoder) }
        var info = WebPAnimInfo()
        var pixels: UnsafeMutablePointer<UInt8>?
        var time: Int32 = 0
        // The canvas is the decoder's; its size is what the header said, or the file contradicts itself.
        guard WebPAnimDecoderGetInfo(decoder, &info) != 0, WebPAnimDecoderGetNext(decoder, &pixels, &time) != 0,
            let pixels,
            Int(info.canvas_width) == header.storedWidth, Int(info.canvas_height) == header.storedHeight
        else { throw broken }
        return Array(UnsafeBufferPointer(start: pixels, count: header.storedWidth * header.storedHeight * 4))
    }

    private static var broken: PictureError { PictureError("the WebP file is broken: its pixels can't be decoded") }
}
