/// Decimal text of numbers, appended to bytes without a `String` in between where that is simple.
enum Decimal {
    static func append(_ value: Int, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(UInt64(value.magnitude), to: &bytes)
    }

    private static func append(_ magnitude: UInt64, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = magnitude
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends the shortest decimal that reads back as `value`, which is finite; integers keep their `.0`.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Appends the shortest decimal that reads back as `value`, which is finite; integers keep their `.0`.
    static func append(_ value: Float, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: value.description.utf8)
    }
}
