import CZlib

/// Unpacks a gzip file (RFC 1952) as its bytes arrive, piece by piece; several members follow one another as one.
///
/// A class because zlib's stream may not move while it is in use.
final class Gunzip {
    /// How a gzip file begins.
    static let magic: [UInt8] = [0x1F, 0x8B]

    private enum State {
        case member, betweenMembers, padding
    }

    private static let pieceBytes = 64 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private let piece: UnsafeMutableBufferPointer<UInt8>
    private var state = State.member

    init() throws(GunzipFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        piece = .allocate(capacity: Self.pieceBytes)
        // 31: the largest window, and a gzip header instead of a zlib one.
        guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw GunzipFault("no memory to unpack it")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        piece.deallocate()
    }

    /// Unpacks `bytes`, and calls `body` with each piece that comes of them; `body` bounds the size of it all.
    ///
    /// - Throws: `GunzipFault`, or what `body` throws.
    func read(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        guard let start = bytes.baseAddress else { return }
        // zlib does not write through next_in; it is mutable in C for old callers' sake.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        stream.pointee.avail_in = UInt32(bytes.count)
        while stream.pointee.avail_in > 0 {
            if state != .member {
                try skipBetweenMembers()
                continue
            }
            try inflatePiece(body)
        }
    }

    /// Ends the file.
    ///
    /// - Throws: `GunzipFault` if it was cut short.
    func finish() throws(GunzipFault) {
        if state == .member { throw GunzipFault("the gzip data end early: the file was cut short") }
    }

    private func inflatePiece(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        var status = Z_OK
        repeat {
            stream.pointee.next_out = piece.baseAddress
            stream.pointee.avail_out = UInt32(piece.count)
            status = inflate(stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
                throw GunzipFault("the gzip data are damaged: \(reason)")
            }
            let count = piece.count - Int(stream.pointee.avail_out)
            if count > 0 { try body(UnsafeBufferPointer(rebasing: piece[..<count])) }
        } while status == Z_OK && stream.pointee.avail_out == 0
        if status == Z_STREAM_END { state = .betweenMembers }
    }

    /// After a member comes another one, or zeros to the end (as `gzip` allows).
    private func skipBetweenMembers() throws(GunzipFault) {
        guard let next = stream.pointee.next_in else { return }
        if state == .betweenMembers, next.pointee == Self.magic[0] {
            inflateReset(stream)
            state = .member
            return
        }
        guard next.pointee == 0 else { throw GunzipFault("expected the end of the gzip data, found more bytes") }
        state = .padding
        stream.pointee.next_in = next + 1
        stream.pointee.avail_in -= 1
    }
}

/// What is wrong with a gzip file.
struct GunzipFault: Error, Equatable {
    let detail: String

    init(_ detail: String) { self.detail = detail }
}
