/// The header of an IDX file, as the MNIST digits come.
///
/// Two zero bytes, the type, the rank, and the extents as 32-bit big-endian integers (LeCun, Cortes and Burges, "The
/// MNIST database of handwritten digits", file formats).
enum IDXHeader {
    private static let types: [UInt8: ElementType] = [
        0x08: ElementType(kind: .unsigned, size: 1, isBigEndian: true),
        0x09: ElementType(kind: .signed, size: 1, isBigEndian: true),
        0x0B: ElementType(kind: .signed, size: 2, isBigEndian: true),
        0x0C: ElementType(kind: .signed, size: 4, isBigEndian: true),
        0x0D: ElementType(kind: .float, size: 4, isBigEndian: true),
        0x0E: ElementType(kind: .float, size: 8, isBigEndian: true),
    ]

    /// Reads the header of a file that begins with two zero bytes and has at least four.
    static func read(_ bytes: [UInt8]) throws(ArrayHeaderFault) -> ArrayHeader? {
        guard let type = types[bytes[2]] else {
            throw ArrayHeaderFault("expected an IDX type, one of 8, 9, 11, 12, 13, 14, found \(bytes[2])")
        }
        let rank = Int(bytes[3])
        guard rank > 0 else { throw ArrayHeaderFault("expected an IDX file of at least one axis, found none") }
        let byteCount = 4 + 4 * rank
        guard bytes.count >= byteCount else { return nil }
        let shape = (0..<rank).map { axis in
            bytes[4 + 4 * axis..<8 + 4 * axis].reduce(0) { $0 << 8 | Int($1) }
        }
        return ArrayHeader(format: "IDX", type: type, shape: shape, byteCount: byteCount)
    }
}
