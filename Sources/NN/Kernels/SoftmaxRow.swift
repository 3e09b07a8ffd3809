import Loops

/// What softmax and its logarithm need of one row.
enum SoftmaxRow {
    /// The largest number of a row of at least one; NaN where the row begins with NaN.
    static func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var largest = x[0]
        for index in 0..<count { largest = x[index] > largest ? x[index] : largest }
        return largest
    }

    /// `ln Σ eˣ`, the largest number taken out first so that nothing overflows.
    static func logSumExp(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        let largest = largest(x, count)
        var sum: Float = 0
        for index in 0..<count { sum += VectorMath.exp(x[index] - largest) }
        return largest + VectorMath.log(sum)
    }
}
