/// The byte shuffle of 4-byte elements: all first bytes, then all second ones, third ones and fourth ones.
///
/// The exponents of neighbouring floats resemble one another, their low mantissa bits do not. Side by side the like
/// bytes compress; interleaved they don't. The filter is that of HDF5 (H5Z_FILTER_SHUFFLE). What is left over after
/// the last whole element follows unchanged.
enum ByteShuffle {
    /// Gives shuffled bytes piece by piece, so that they are nowhere as a whole.
    ///
    /// - Parameters:
    ///   - bytes: The bytes as they are.
    ///   - body: Takes a piece.
    static func forEachPiece(of bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { input in
            let count = input.count / 4
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceBytes) { piece in
                piece.initialize(repeating: 0)
                for plane in 0..<4 {
                    for start in stride(from: 0, to: count, by: pieceBytes) {
                        let length = min(pieceBytes, count - start)
                        for element in 0..<length { piece[element] = input[4 * (start + element) + plane] }
                        body(UnsafeBufferPointer(rebasing: piece[..<length]))
                    }
                }
            }
            if 4 * count < input.count { body(UnsafeBufferPointer(rebasing: input[(4 * count)...])) }
        }
    }

    private static let pieceBytes = 1 << 18

    static func unshuffled(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { input in
            let count = input.count / 4
            return [UInt8](unsafeUninitializedCapacity: input.count) { output, initialized in
                for plane in 0..<4 {
                    for element in 0..<count { output[4 * element + plane] = input[plane * count + element] }
                }
                for index in 4 * count..<input.count { output[index] = input[index] }
                initialized = input.count
            }
        }
    }
}
