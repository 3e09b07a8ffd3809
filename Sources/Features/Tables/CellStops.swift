import CScan

/// Finds where unquoted cells end: at separators and line ends, looked for in 64 bytes at a time.
///
/// Where a cell ends is known before its number is read this way, so that a processor reads several at once.
struct CellStops {
    /// How many bytes are looked at together; so many must be readable from every place on.
    static let blockBytes = 64

    private let separator: UInt8
    /// Where the bytes begin that the bits are of; at first so far before all others that none are.
    private var start = -2 * blockBytes
    /// Which of them end a cell, the first in the lowest bit.
    private var bits: UInt64 = 0

    init(separator: UInt8) { self.separator = separator }

    /// The first end from a place on; there must be one, and places never go back.
    @inline(__always)
    mutating func next(_ bytes: UnsafePointer<UInt8>, from place: Int) -> Int {
        // Places are those of bytes in memory, so that no sum of them overflows.
        let offset = place &- start
        if offset < Self.blockBytes {
            let rest = bits &>> UInt64(truncatingIfNeeded: offset)
            if rest != 0 { return place &+ rest.trailingZeroBitCount }
            start &+= Self.blockBytes
        } else {
            start = place
        }
        while true {
            bits = scan_places(bytes + start, separator, 0x0A, 0x0D)
            if bits != 0 { return start &+ bits.trailingZeroBitCount }
            start &+= Self.blockBytes
        }
    }
}
