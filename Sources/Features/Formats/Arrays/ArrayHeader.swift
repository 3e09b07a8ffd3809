import FileKinds

/// What stands before the numbers of an IDX or NPY file.
struct ArrayHeader: Sendable, Equatable {
    /// `IDX` or `NPY`, for messages.
    let format: String
    let type: ElementType
    /// The extents, outermost first.
    let shape: [Int]
    /// The bytes of the header, after which the numbers begin.
    let byteCount: Int
    /// Whether the first axis is the one that varies fastest (Fortran's order).
    var isByColumns = false

    /// How many numbers there are; the reader has seen to it that this does not overflow.
    var volume: Int { shape.reduce(1, *) }

    /// Reads the header of either format, told by its first bytes.
    ///
    /// - Parameters:
    ///   - bytes: The beginning of the file.
    ///   - isWhole: Whether no more will come.
    /// - Returns: The header, or nil if more bytes are needed.
    /// - Throws: `ArrayHeaderFault`.
    static func read(_ bytes: [UInt8], isWhole: Bool = false) throws(ArrayHeaderFault) -> ArrayHeader? {
        let known = bytes.prefix(6)
        if known.elementsEqual(NPYHeader.magic.prefix(known.count)), bytes.first != 0 {
            return known.count < 6 ? nil : try NPYHeader.read(bytes)
        }
        if bytes.prefix(2).allSatisfy({ $0 == 0 }) {
            return bytes.count < 4 ? nil : try IDXHeader.read(bytes)
        }
        guard bytes.count >= FileKind.prefixBytes || isWhole else { return nil }
        if let kind = FileKind(bytes) {
            throw ArrayHeaderFault("expected an IDX or NPY file, found \(kind.name); \(kind.advice(for: .array))")
        }
        throw ArrayHeaderFault(
            "expected an IDX or NPY file, plain or gzip, found one that begins with the bytes "
                + bytes.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        )
    }
}

/// What is wrong with the header of an array file.
struct ArrayHeaderFault: Error, Equatable {
    let detail: String

    init(_ detail: String) { self.detail = detail }
}
