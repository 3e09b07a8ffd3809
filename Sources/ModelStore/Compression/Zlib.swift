import CZlib

/// zlib's compression (RFC 1950) and its CRC-32.
enum Zlib {
    /// How the compressor looks at its input; all give streams that any zlib reads.
    enum Strategy {
        /// Codes each byte by how often it occurs, without looking for repetitions (`Z_HUFFMAN_ONLY`).
        case frequencies
        /// Looks for runs of one byte besides (`Z_RLE`).
        case runs
        /// Looks for repetitions, as zlib does by itself.
        case repetitions

        fileprivate var value: Int32 {
            switch self {
            case .frequencies: Z_HUFFMAN_ONLY
            case .runs: Z_RLE
            case .repetitions: Z_DEFAULT_STRATEGY
            }
        }
    }

    /// zlib counts the bytes of a call in 32 bits.
    private static let mostAtOnce = 1 << 30

    /// The compressed bytes, or nil where they would not be fewer than the given ones.
    static func compressed(_ bytes: [UInt8], strategy: Strategy) -> [UInt8]? {
        bytes.withUnsafeBufferPointer { bytes in
            compressed(bytes.count, strategy: strategy) { compress in
                for start in stride(from: 0, to: bytes.count, by: mostAtOnce) {
                    compress(UnsafeBufferPointer(rebasing: bytes[start..<min(start + mostAtOnce, bytes.count)]))
                }
            }
        }
    }

    /// The same of bytes that are made piece by piece.
    ///
    /// - Parameters:
    ///   - count: How many bytes there are.
    ///   - strategy: How the compressor looks at them.
    ///   - forEachPiece: Gives the pieces in order, none longer than 2³⁰ bytes.
    /// - Returns: The compressed bytes; nil where they would not be fewer.
    static func compressed(
        _ count: Int,
        strategy: Strategy,
        _ forEachPiece: ((UnsafeBufferPointer<UInt8>) -> Void) -> Void
    ) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        // Level 1, the window of 15 bits and the memory level 8 are zlib's defaults but for the first; without a search
        // for repetitions all levels are alike.
        let status = deflateInit2_(&stream, 1, Z_DEFLATED, 15, 8, strategy.value, ZLIB_VERSION, size)
        guard status == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        var (isComplete, isGood, left) = (false, true, count)
        let output = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            stream.next_out = output.baseAddress
            var unwritten = output.count
            forEachPiece { piece in
                left -= piece.count
                // zlib's interface lacks the `const`: it only reads its input.
                stream.next_in = UnsafeMutablePointer(mutating: piece.baseAddress)
                stream.avail_in = UInt32(piece.count)
                while isGood, !isComplete, stream.avail_in > 0 || left == 0 {
                    let free = min(unwritten, mostAtOnce)
                    stream.avail_out = UInt32(free)
                    let status = deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH)
                    unwritten -= free - Int(stream.avail_out)
                    isComplete = status == Z_STREAM_END
                    isGood = unwritten > 0 && [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(status)
                }
            }
            initialized = isComplete ? output.count - unwritten : 0
        }
        return isComplete && output.count < count ? output : nil
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
        bytes.withUnsafeBytes { crc32($0) }
    }

    /// The CRC-32 of bytes that follow those with a CRC-32 of `previous`.
    static func crc32(_ bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
        // zlib takes a null pointer for the wish to begin anew.
        guard let address = bytes.baseAddress else { return previous }
        return UInt32(truncatingIfNeeded: crc32_z(uLong(previous), address, bytes.count))
    }
}
