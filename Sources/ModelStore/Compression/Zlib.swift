import CZlib

/// zlib's one-call compression (RFC 1950) and its CRC-32.
enum Zlib {
    /// The compressed bytes, or nil where they would not be fewer than the given ones.
    static func compressed(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        var written = uLongf(bytes.count)
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: bytes.count) { output, initialized in
            status = compress2(output.baseAddress, &written, bytes, uLong(bytes.count), level)
            initialized = status == Z_OK ? Int(written) : 0
        }
        return status == Z_OK && output.count < bytes.count ? output : nil
    }

    /// The original bytes, or nil where the stream is damaged or does not hold exactly `count` bytes.
    static func decompressed(_ bytes: [UInt8], count: Int) -> [UInt8]? {
        var written = uLongf(count)
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            status = uncompress(output.baseAddress, &written, bytes, uLong(bytes.count))
            initialized = status == Z_OK ? Int(written) : 0
        }
        return status == Z_OK && output.count == count ? output : nil
    }

    /// The CRC-32 of the bytes (polynomial 0xEDB88320, as in gzip and PNG).
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_z(0, bytes, bytes.count))
    }
}
