/// The byte shuffle of 4-byte elements: all first bytes, then all second ones, third ones and fourth ones.
///
/// The exponents of neighbouring floats resemble one another, their low mantissa bits do not. Side by side the like
/// bytes compress; interleaved they don't. The filter is that of HDF5 (H5Z_FILTER_SHUFFLE). What is left over after
/// the last whole element follows unchanged.
enum ByteShuffle {
    static func shuffled(_ bytes: [UInt8]) -> [UInt8] {
        let count = bytes.count / 4
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { output, initialized in
            for element in 0..<count {
                for plane in 0..<4 { output[plane * count + element] = bytes[4 * element + plane] }
            }
            for index in 4 * count..<bytes.count { output[index] = bytes[index] }
            initialized = bytes.count
        }
    }

    static func unshuffled(_ bytes: [UInt8]) -> [UInt8] {
        let count = bytes.count / 4
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { output, initialized in
            for element in 0..<count {
                for plane in 0..<4 { output[4 * element + plane] = bytes[plane * count + element] }
            }
            for index in 4 * count..<bytes.count { output[index] = bytes[index] }
            initialized = bytes.count
        }
    }
}
