/// Transposed copies of matrices, in blocks of 4 × 4.
public enum Transposition {
    /// Writes `target[column, row] = source[row, column]`.
    ///
    /// - Parameters:
    ///   - source: `[rows, columns]`.
    ///   - sourceRow: The floats from one row of the source to the next.
    ///   - target: `[columns, rows]`.
    ///   - targetRow: The floats from one row of the target to the next.
    ///   - rows: The rows of the source.
    ///   - columns: The columns of the source.
    public static func run(
        _ source: UnsafePointer<Float>,
        _ sourceRow: Int,
        _ target: UnsafeMutablePointer<Float>,
        _ targetRow: Int,
        _ rows: Int,
        _ columns: Int
    ) {
        let (wholeRows, wholeColumns) = (rows / 4 * 4, columns / 4 * 4)
        for row in stride(from: 0, to: wholeRows, by: 4) {
            for column in stride(from: 0, to: wholeColumns, by: 4) {
                let x = source + row * sourceRow + column
                let (a, b) = (vector(x), vector(x + sourceRow))
                let (c, d) = (vector(x + 2 * sourceRow), vector(x + 3 * sourceRow))
                let y = target + column * targetRow + row
                store(SIMD4(a[0], b[0], c[0], d[0]), to: y)
                store(SIMD4(a[1], b[1], c[1], d[1]), to: y + targetRow)
                store(SIMD4(a[2], b[2], c[2], d[2]), to: y + 2 * targetRow)
                store(SIMD4(a[3], b[3], c[3], d[3]), to: y + 3 * targetRow)
            }
            for column in wholeColumns..<columns {
                for place in row..<row + 4 {
                    target[column * targetRow + place] = source[place * sourceRow + column]
                }
            }
        }
        for row in wholeRows..<rows {
            for column in 0..<columns { target[column * targetRow + row] = source[row * sourceRow + column] }
        }
    }

    @inline(__always)
    private static func vector(_ place: UnsafePointer<Float>) -> SIMD4<Float> {
        UnsafeRawPointer(place).loadUnaligned(as: SIMD4<Float>.self)
    }

    @inline(__always)
    private static func store(_ vector: SIMD4<Float>, to place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: vector, as: SIMD4<Float>.self)
    }
}
