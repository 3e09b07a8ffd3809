/// Unpacks a gzip file (RFC 1952) as its bytes arrive, piece by piece; several members follow one another as one.
///
/// A class, so that whoever holds one can be changed by what it gives out.
final class Gunzip {
    /// How a gzip file begins.
    static let magic: [UInt8] = [0x1F, 0x8B]

    private let member: InflateStream
    private var isPadding = false

    init() throws(InflateFault) { member = try InflateStream(.gzip) }

    /// Unpacks `bytes`, and calls `body` with each piece that comes of them; `body` bounds the size of it all.
    ///
    /// - Throws: `InflateFault`, or what `body` throws.
    func read(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        var rest = bytes[...]
        while let next = rest.first {
            if member.isAtEnd {
                // After a member comes another one, or zeros to the end (as `gzip` allows).
                guard !isPadding, next == Self.magic[0] else {
                    guard next == 0 else { throw InflateFault("expected the end of the gzip data, found more bytes") }
                    isPadding = true
                    rest = rest.dropFirst()
                    continue
                }
                member.restart()
            }
            rest = rest.dropFirst(try member.read(UnsafeBufferPointer(rebasing: rest), body))
        }
    }

    /// Ends the file.
    ///
    /// - Throws: `InflateFault` if it was cut short.
    func finish() throws(InflateFault) {
        if !member.isAtEnd { throw InflateFault("the gzip data end early: the file was cut short") }
    }
}
