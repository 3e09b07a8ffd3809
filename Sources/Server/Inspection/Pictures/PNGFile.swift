import CPNG

/// Writes pictures as PNG files, by libpng.
enum PNGFile {
    /// A picture as a file.
    ///
    /// - Parameters:
    ///   - samples: 8-bit samples, row-major.
    ///   - width: The pixels of a row.
    ///   - height: The rows.
    ///   - channels: 1 for grey, 3 for colours.
    /// - Returns: The file; nil where libpng has no memory.
    static func encoded(_ samples: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &bytes) { bytes in
            var fault = PNGFault()
            let sink = PNGSink(owner: bytes) { owner, piece, count in
                let bytes = owner?.assumingMemoryBound(to: [UInt8].self)
                bytes?.pointee.append(contentsOf: UnsafeBufferPointer(start: piece, count: count))
            }
            return png_encode(samples, UInt32(width), UInt32(height), Int32(channels), sink, &fault)
        }
        return status == 0 ? bytes : nil
    }
}
