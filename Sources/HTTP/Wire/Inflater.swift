import CZlib

/// Why compressed content cannot be decoded.
package enum InflateError: Error, Equatable {
    /// The bytes are not in the format that was announced.
    case malformed
    /// The content ended before its compressed stream did.
    case truncated
    /// More came out than `limit` bytes.
    case tooLong(limit: Int)
    /// More came out for each byte in than `ratio`.
    case tooDense(ratio: Int)
}

/// Decodes gzip or zlib data piece by piece, holding little and giving out no more than it may (RFC 1950, RFC 1952).
package final class Inflater {
    /// The most that one call of `next` gives out.
    private static let pieceBytes = 65_536
    /// Up to here the ratio is not looked at, so that small content may be as dense as it likes.
    private static let freeBytes = 1 << 20

    private let stream: UnsafeMutablePointer<z_stream>
    private let isGzip: Bool
    private let limit: Int
    private let ratio: Int
    private var input: [UInt8] = []
    private var inputStart = 0
    private var bytesIn = 0
    private var bytesOut = 0
    private var isAtEnd = false

    /// Decodes at most `limit` bytes, and beyond a mebibyte at most `ratio` for each byte that comes in.
    package init(_ coding: ContentCoding, limit: Int, ratio: Int) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isGzip = coding == .gzip
        self.limit = limit
        self.ratio = ratio
        // 15 bits of window, and 16 more to say that a gzip header is expected (zlib.h, inflateInit2).
        let size = Int32(MemoryLayout<z_stream>.size)
        let status = inflateInit2_(stream, isGzip ? 15 + 16 : 15, ZLIB_VERSION, size)
        precondition(status == Z_OK, "zlib has no memory or another version than its header")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Takes the next compressed bytes; to be called when `next` has given out all that was in the ones before.
    package func feed(_ bytes: [UInt8]) {
        input = bytes
        inputStart = 0
        bytesIn += bytes.count
    }

    /// The next decoded bytes; nil when more input is needed.
    package func next() throws(InflateError) -> [UInt8]? {
        while inputStart < input.count {
            if isAtEnd { try startNextMember() }
            var output = [UInt8](repeating: 0, count: Self.pieceBytes)
            let (status, written) = inflateOnce(into: &output)
            switch status {
            case Z_STREAM_END: isAtEnd = true
            case Z_OK, Z_BUF_ERROR: break
            default: throw .malformed
            }
            guard written > 0 else { continue }
            bytesOut += written
            guard bytesOut <= limit else { throw .tooLong(limit: limit) }
            guard bytesOut <= max(Self.freeBytes, bytesIn.multipliedSaturating(by: ratio)) else {
                throw .tooDense(ratio: ratio)
            }
            output.removeLast(output.count - written)
            return output
        }
        return try drain()
    }

    /// Checks that the compressed stream is complete when no more input comes.
    package func finish() throws(InflateError) {
        guard isAtEnd else { throw .truncated }
    }

    /// What zlib still holds of input that it has taken.
    private func drain() throws(InflateError) -> [UInt8]? {
        guard !isAtEnd, stream.pointee.avail_out == 0 else { return nil }
        var output = [UInt8](repeating: 0, count: Self.pieceBytes)
        let (status, written) = inflateOnce(into: &output)
        if status == Z_STREAM_END { isAtEnd = true }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .malformed }
        bytesOut += written
        guard bytesOut <= limit else { throw .tooLong(limit: limit) }
        output.removeLast(output.count - written)
        return output.isEmpty ? nil : output
    }

    /// A gzip file may be several members in a row (RFC 1952 §2.2); zlib data may not.
    private func startNextMember() throws(InflateError) {
        guard isGzip, inflateReset(stream) == Z_OK else { throw .malformed }
        isAtEnd = false
    }

    private func inflateOnce(into output: inout [UInt8]) -> (status: Int32, written: Int) {
        let (available, start) = (input.count - inputStart, inputStart)
        return input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress.map { $0 + start }
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                let status = inflate(stream, Z_NO_FLUSH)
                inputStart = start + available - Int(stream.pointee.avail_in)
                return (status, target.count - Int(stream.pointee.avail_out))
            }
        }
    }
}

extension Int {
    func multipliedSaturating(by factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
