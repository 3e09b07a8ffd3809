/// The product of one row with a matrix.
///
/// A matrix that is used once is read as fast as the cache gives it, whatever is done with it: what counts is that it
/// is read in its own order, several rows at a time, and neither copied nor packed first.
public enum RowLoops {
    /// `y = x · B`: every number of `y` is added up in the order of the rows of `B`, each product fused with its sum.
    ///
    /// With a `stretch` shorter than `k`, so many rows are added up by themselves, and what they give is then added to
    /// what the rows before them gave.
    ///
    /// - Parameters:
    ///   - x: The row, `[k]`.
    ///   - matrix: `[k, n]`, row-major.
    ///   - y: Where the product goes, `[n]`; not the memory of the others.
    ///   - k: The rows of the matrix.
    ///   - n: The columns of the matrix.
    ///   - stretch: How many rows are added up in one go.
    ///   - scratch: Room for one stretch, `[n]`, where it is shorter than `k`.
    @Sendable
    public static func multiply(
        _ x: UnsafePointer<Float>,
        _ matrix: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>,
        _ k: Int,
        _ n: Int,
        _ stretch: Int,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        sum(x, matrix, y, min(stretch, k), n)
        var row = stretch
        while row < k {
            sum(x + row, matrix + row * n, scratch, min(stretch, k - row), n)
            for column in 0..<n { y[column] += scratch[column] }
            row += stretch
        }
    }

    @inline(__always)
    private static func sum(
        _ x: UnsafePointer<Float>,
        _ matrix: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>,
        _ k: Int,
        _ n: Int
    ) {
        for column in 0..<n { y[column] = 0 }
        var row = 0
        while row + 8 <= k {
            let (x, b0) = (x + row, matrix + row * n)
            let (x0, x1, x2, x3, x4, x5, x6, x7) = (x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7])
            let (b1, b2, b3, b4) = (b0 + n, b0 + 2 * n, b0 + 3 * n, b0 + 4 * n)
            let (b5, b6, b7) = (b0 + 5 * n, b0 + 6 * n, b0 + 7 * n)
            for column in 0..<n {
                var sum = y[column]
                sum = sum.addingProduct(x0, b0[column])
                sum = sum.addingProduct(x1, b1[column])
                sum = sum.addingProduct(x2, b2[column])
                sum = sum.addingProduct(x3, b3[column])
                sum = sum.addingProduct(x4, b4[column])
                sum = sum.addingProduct(x5, b5[column])
                sum = sum.addingProduct(x6, b6[column])
                sum = sum.addingProduct(x7, b7[column])
                y[column] = sum
            }
            row += 8
        }
        while row < k {
            let (factor, b) = (x[row], matrix + row * n)
            for column in 0..<n { y[column] = y[column].addingProduct(factor, b[column]) }
            row += 1
        }
    }

    /// `y = max(y + bias, 0)`, where what is no number becomes 0 as in oneDNN, or without the maximum.
    @Sendable
    public static func finish(
        _ y: UnsafeMutablePointer<Float>,
        _ bias: UnsafePointer<Float>,
        _ rectifies: Bool,
        _ n: Int
    ) {
        if rectifies {
            for column in 0..<n {
                let sum = y[column] + bias[column]
                y[column] = sum > 0 ? sum : 0
            }
        } else {
            for column in 0..<n { y[column] += bias[column] }
        }
    }
}
