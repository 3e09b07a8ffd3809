import Features

/// A row as a network takes it: the numbers of its inputs one after the other.
enum NetworkRow {
    /// Writes the values of a row's inputs.
    ///
    /// - Parameters:
    ///   - values: What the front gave, one value an input.
    ///   - memory: Where the numbers go.
    ///   - width: How many there are to be.
    /// - Throws: `FrontError` where there are more or fewer, or one isn't finite.
    static func write(
        _ values: [FrontValue],
        to memory: UnsafeMutablePointer<Float>,
        width: Int
    ) throws(FrontError) {
        let count = values.reduce(0) { $0 + $1.count }
        guard count == width else {
            throw FrontError("the row has \(count) numbers where the model takes \(width)")
        }
        var place = 0
        for value in values {
            switch value.content {
            case .floats(let numbers):
                // The greatest exponent tells of them all, so that the loop has no way out and takes several at a time.
                var greatest: UInt32 = 0
                for (index, number) in numbers.enumerated() {
                    memory[place + index] = number
                    greatest = max(greatest, number.bitPattern & 0x7FFF_FFFF)
                }
                guard greatest < Float.infinity.bitPattern else {
                    throw FrontError(
                        numbers.contains { $0.isNaN }
                            ? "a value is missing, and nothing fills it; put an Imputation before the first trained layer"
                            : "a value is infinite"
                    )
                }
                place += numbers.count
            case .bytes(let bytes):
                for byte in bytes {
                    memory[place] = Float(byte)
                    place += 1
                }
            case .integers(let integers):
                for integer in integers {
                    memory[place] = Float(integer)
                    place += 1
                }
            case .strings: throw FrontError("the model's first trained layer takes numbers, found words")
            }
        }
    }
}
