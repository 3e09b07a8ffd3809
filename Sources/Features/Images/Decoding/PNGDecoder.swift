import CPNG

/// Decodes PNG by libpng: the bytes as they are, whatever gamma and colour profile say, as Pillow does.
enum PNGDecoder {
    /// Pixels of so many channels, not turned: 1 of a grey file, 3, or 4.
    static func pixels(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ header: PictureHeader,
        channels: Int
    ) throws(PictureError) -> [UInt8] {
        let (width, height) = (header.storedWidth, header.storedHeight)
        var fault = PNGFault()
        var isDone = false
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { buffer, count in
            let status = png_decode(
                bytes.baseAddress,
                bytes.count,
                UInt32(width),
                UInt32(height),
                Int32(channels),
                buffer.baseAddress,
                &fault
            )
            isDone = status == 0
            count = isDone ? width * height * channels : 0
        }
        guard isDone else {
            let words = withUnsafeBytes(of: &fault.message) { message in
                String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw PictureError("the PNG file is broken before byte \(fault.position): \(words)", byte: fault.position)
        }
        return pixels
    }
}
