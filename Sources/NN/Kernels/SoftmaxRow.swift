import Loops

/// What softmax and its logarithm need of one row.
enum SoftmaxRow {
    /// The largest number of a row of at least one; NaN where the row begins with NaN.
    static func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var largest = x[0]
        var first = 0
        if count >= 16 {
            var lanes = SIMD8<Float>(repeating: largest)
            while first + 8 <= count {
                let next = UnsafeRawPointer(x + first).loadUnaligned(as: SIMD8<Float>.self)
                lanes.replace(with: next, where: next .> lanes)
                first += 8
            }
            for lane in 0..<8 { largest = lanes[lane] > largest ? lanes[lane] : largest }
        }
        for index in first..<count { largest = x[index] > largest ? x[index] : largest }
        return largest
    }

    /// Every number less the largest, so that no exponential overflows.
    static func shift(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
        let largest = largest(x, count)
        for index in 0..<count { y[index] = x[index] - largest }
    }

    /// Every number divided by the sum of all.
    ///
    /// Eight sums are added up side by side: one alone would wait for each addition before the next.
    static func divideBySum(_ y: UnsafeMutablePointer<Float>, _ count: Int) {
        var sums = SIMD8<Float>.zero
        let whole = count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            sums += UnsafeRawPointer(y + index).loadUnaligned(as: SIMD8<Float>.self)
        }
        var sum = sums.sum()
        for index in whole..<count { sum += y[index] }
        let factor = 1 / sum
        for index in 0..<count { y[index] *= factor }
    }

    /// `ln Σ eˣ`, the largest number taken out first so that nothing overflows.
    static func logSumExp(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        let largest = largest(x, count)
        var sum: Float = 0
        for index in 0..<count { sum += VectorMath.exp(x[index] - largest) }
        return largest + VectorMath.log(sum)
    }
}
