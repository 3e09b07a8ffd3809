import CZlib

/// Unpacks one deflated stream (RFC 1951) as its bytes arrive; a class because zlib's stream may not move while in use.
final class RawInflater {
    private static let pieceBytes = 64 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private let piece: UnsafeMutableBufferPointer<UInt8>

    /// Whether the stream has ended.
    private(set) var isAtEnd = false

    init() throws(ArrayHeaderFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        piece = .allocate(capacity: Self.pieceBytes)
        // -15: the largest window, and neither header nor checksum.
        guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ArrayHeaderFault("no memory to unpack it")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        piece.deallocate()
    }

    /// Unpacks bytes up to the stream's end, and calls `body` with each piece that comes of them.
    ///
    /// - Returns: How many bytes were the stream's.
    /// - Throws: `ArrayHeaderFault` for damaged data, or what `body` throws.
    func read(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Int {
        guard let start = bytes.baseAddress, !isAtEnd else { return 0 }
        // zlib does not write through next_in; it is mutable in C for old callers' sake.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        stream.pointee.avail_in = UInt32(bytes.count)
        var isFull = true
        while !isAtEnd, isFull || stream.pointee.avail_in > 0 {
            stream.pointee.next_out = piece.baseAddress
            stream.pointee.avail_out = UInt32(piece.count)
            let status = inflate(stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw ArrayHeaderFault("the deflated data are damaged")
            }
            isFull = stream.pointee.avail_out == 0
            let count = piece.count - Int(stream.pointee.avail_out)
            if count > 0 { try body(UnsafeBufferPointer(rebasing: piece[..<count])) }
            isAtEnd = status == Z_STREAM_END
            if status == Z_BUF_ERROR { break }
        }
        return bytes.count - Int(stream.pointee.avail_in)
    }
}
