import CZlib

/// Unpacks one compressed stream as its bytes arrive; a class because zlib's stream may not move while it is in use.
final class InflateStream {
    /// What surrounds the deflated data.
    enum Format {
        /// Nothing (RFC 1951), as in a zip file.
        case deflate
        /// A gzip header and a checksum (RFC 1952).
        case gzip
        /// A header of two bytes and a checksum (RFC 1950), as in a PNG file.
        case zlib

        /// The largest window: with 16 more for gzip, negative where there is no header at all (zlib.h, inflateInit2).
        fileprivate var windowBits: Int32 {
            switch self {
            case .deflate: -15
            case .gzip: 15 + 16
            case .zlib: 15
            }
        }
        fileprivate var name: String {
            switch self {
            case .deflate: "deflated"
            case .gzip: "gzip"
            case .zlib: "zlib"
            }
        }
    }

    private static let pieceBytes = 64 << 10
    /// How many bytes may come out however few went in; beyond that, at most so many times as many.
    private static let freeBytes = 64 << 20
    private static let greatestRatio = 200

    private let format: Format
    private let stream: UnsafeMutablePointer<z_stream>
    private let piece: UnsafeMutableBufferPointer<UInt8>

    /// How many bytes went in before those that are being read, and came out, of all streams.
    private var packed = 0
    private var unpacked = 0

    /// Whether the stream has ended.
    private(set) var isAtEnd = false

    init(_ format: Format) throws(InflateFault) {
        self.format = format
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        piece = .allocate(capacity: Self.pieceBytes)
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, format.windowBits, ZLIB_VERSION, size) == Z_OK else {
            throw InflateFault("no memory to unpack it")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        piece.deallocate()
    }

    /// Unpacks bytes up to the stream's end, and calls `body` with each piece that comes of them; `body` bounds the size
    /// of it all.
    ///
    /// - Returns: How many bytes were the stream's.
    /// - Throws: `InflateFault` for damaged data and bombs, or what `body` throws.
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
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
                throw InflateFault("the \(format.name) data are damaged: \(reason)")
            }
            isFull = stream.pointee.avail_out == 0
            let count = piece.count - Int(stream.pointee.avail_out)
            unpacked += count
            guard
                unpacked <= Self.freeBytes
                    || unpacked / Self.greatestRatio <= packed + bytes.count - Int(stream.pointee.avail_in)
            else {
                throw InflateFault(
                    "the \(format.name) data unpack to more than \(Self.greatestRatio) times their bytes, and to more than "
                        + "\(Self.freeBytes >> 20) MiB; if they are no bomb, send them unpacked"
                )
            }
            if count > 0 { try body(UnsafeBufferPointer(rebasing: piece[..<count])) }
            isAtEnd = status == Z_STREAM_END
            if status == Z_BUF_ERROR { break }
        }
        let used = bytes.count - Int(stream.pointee.avail_in)
        packed += used
        return used
    }

    /// Begins another stream.
    func restart() {
        inflateReset(stream)
        isAtEnd = false
    }
}

/// What is wrong with compressed data.
struct InflateFault: Error, Equatable {
    let detail: String

    init(_ detail: String) { self.detail = detail }
}
