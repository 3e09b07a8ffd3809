/// The byte shuffle of 4-byte elements: all first bytes, then all second ones, third ones and fourth ones.
///
/// The exponents of neighbouring floats resemble one another, their low mantissa bits do not. Side by side the like
/// bytes compress; interleaved they don't. The filter is that of HDF5 (H5Z_FILTER_SHUFFLE). What is left over after
/// the last whole element follows unchanged.
enum ByteShuffle {
    static func shuffled(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { input in
            let count = input.count / 4
            return [UInt8](unsafeUninitializedCapacity: input.count) { output, initialized in
                for plane in 0..<4 {
                    for element in 0..<count { output[plane * count + element] = input[4 * element + plane] }
                }
                for index in 4 * count..<input.count { output[index] = input[index] }
                initialized = input.count
            }
        }
    }

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
