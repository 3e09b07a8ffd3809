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
                for number in numbers {
                    guard number.isFinite else {
                        throw FrontError(
                            number.isNaN
                                ? "a value is missing, and nothing fills it; put an Imputation before the first trained layer"
                                : "a value is infinite"
                        )
                    }
                    memory[place] = number
                    place += 1
                }
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
