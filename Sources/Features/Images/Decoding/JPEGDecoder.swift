import CTurboJPEG

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Decodes JPEG by libjpeg-turbo, with the accurate transform and the smooth upsampling that Pillow has too.
enum JPEGDecoder {
    /// One decoder a thread, kept, since making one takes as long as a small picture; freed where the thread ends.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key) { handle in tjDestroy(handle) }
        precondition(status == 0, "no room for one more value a thread")
        return key
    }()

    /// The thread's decoder, taken from it, or a fresh one.
    private static func takeHandle(isFresh: Bool) throws(PictureError) -> tjhandle {
        if !isFresh, let kept = pthread_getspecific(key) {
            pthread_setspecific(key, nil)
            return kept
        }
        guard let made = tjInitDecompress() else { throw PictureError("no memory for a JPEG decoder") }
        return made
    }

    /// Pixels of 1 or 3 channels, as the header says, not turned.
    static func pixels(_ bytes: UnsafeBufferPointer<UInt8>, _ header: PictureHeader) throws(PictureError) -> [UInt8] {
        let handle = try takeHandle(isFresh: header.lacksTables)
        let (width, height) = (header.storedWidth, header.storedHeight)
        let (format, channels) =
            header.isCMYK ? (TJPF_CMYK, 4) : header.channels == 1 ? (TJPF_GRAY, 1) : (TJPF_RGB, 3)
        var fault: String?
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { buffer, count in
            // What the marker walk found has to be what the decoder finds, or part of the buffer would stay unwritten.
            var (foundWidth, foundHeight, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            guard
                tjDecompressHeader3(
                    handle,
                    bytes.baseAddress,
                    UInt(bytes.count),
                    &foundWidth,
                    &foundHeight,
                    &subsampling,
                    &space
                ) == 0, foundWidth == width, foundHeight == height
            else {
                fault = String(cString: tjGetErrorStr2(handle))
                return
            }
            let status = tjDecompress2(
                handle,
                bytes.baseAddress,
                UInt(bytes.count),
                buffer.baseAddress,
                Int32(width),
                Int32(width * channels),
                Int32(height),
                Int32(format.rawValue),
                TJFLAG_LIMITSCANS
            )
            if status != 0 {
                let words = String(cString: tjGetErrorStr2(handle))
                // Decoders step over bytes that don't belong, as every other program does; what is missing is an error.
                let isWarning = tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
                if !isWarning || words.contains("Premature end of JPEG") { fault = words }
            }
            count = fault == nil ? width * height * channels : 0
        }
        // One that met an error may be left in the middle of that file, so only those that came to an end are kept.
        let isKept = fault == nil && pthread_getspecific(key) == nil && pthread_setspecific(key, handle) == 0
        if !isKept { tjDestroy(handle) }
        if let fault { throw PictureError("the JPEG file is broken: \(fault)") }
        return header.isCMYK ? PixelConversion.colour(fromInk: pixels) : pixels
    }
}
