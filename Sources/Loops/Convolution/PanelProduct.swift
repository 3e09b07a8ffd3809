public import LoopShapes

/// `C = A · B`, or `C += A · B`, for small matrices whose columns are a multiple of 16.
///
/// Eight rows by thirty-two columns of `C` stay in registers while one row of `B` and eight numbers of `A` arrive for
/// each step of the sum: sixteen fused multiply-adds for ten loads, which keeps the multipliers busy without packing
/// either operand. `A` may be read by rows or by columns, so the same loop serves products with a transposed left side.
/// Every element of `C` is one chain of fused multiply-adds in the order of the sum: its bits don't depend on how many
/// rows there are.
public enum PanelProduct {
    /// One product of a plane.
    public typealias Shape = PanelShape

    /// The columns of a full panel of `B`.
    public static let panelWidth = 32

    /// Multiplies by a `B` in panels: `[depth, 32]` for every 32 columns, then `[depth, 16]` where 16 remain.
    public static func run(
        _ shape: Shape,
        _ a: UnsafePointer<Float>,
        panels b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>,
        _ accumulates: Bool
    ) {
        var column = 0
        while column + 32 <= shape.columns {
            wide(shape, a, b + column * shape.depth, 32, c + column, accumulates)
            column += 32
        }
        if column < shape.columns { narrow(shape, a, b + column * shape.depth, 16, c + column, accumulates) }
        for row in shape.rows / 8 * 8..<shape.rows {
            single(shape, a + row * shape.aRow, b, panelStep: 32 * shape.depth, c + row * shape.cRow, accumulates)
        }
    }

    /// Multiplies by a row-major `B` `[depth, columns]`.
    public static func run(
        _ shape: Shape,
        _ a: UnsafePointer<Float>,
        rows b: UnsafePointer<Float>,
        _ c: UnsafeMutablePointer<Float>,
        _ accumulates: Bool
    ) {
        var column = 0
        while column + 32 <= shape.columns {
            wide(shape, a, b + column, shape.columns, c + column, accumulates)
            column += 32
        }
        if column < shape.columns { narrow(shape, a, b + column, shape.columns, c + column, accumulates) }
        for row in shape.rows / 8 * 8..<shape.rows {
            single(shape, a + row * shape.aRow, b, panelStep: nil, c + row * shape.cRow, accumulates)
        }
    }

    /// One row, up to 128 columns at a time: eight chains of sums, so that none waits for the one before.
    ///
    /// Panels of `B` lie `panelStep` floats apart; where that is nil, `B` is row-major.
    @inline(__always)
    private static func single(
        _ shape: Shape,
        _ a: UnsafePointer<Float>,
        _ b: UnsafePointer<Float>,
        panelStep: Int?,
        _ c: UnsafeMutablePointer<Float>,
        _ accumulates: Bool
    ) {
        var column = 0
        let step = panelStep ?? 32
        while column + 128 <= shape.columns {
            let y = b + column / 32 * step
            let row = panelStep == nil ? shape.columns : 32
            var (c0, d0) = pair(c + column, accumulates)
            var (c1, d1) = pair(c + column + 32, accumulates)
            var (c2, d2) = pair(c + column + 64, accumulates)
            var (c3, d3) = pair(c + column + 96, accumulates)
            for i in 0..<shape.depth {
                let x = Lanes(repeating: a[i * shape.aDepth])
                let y = y + i * row
                c0 = c0.addingProduct(x, Lanes(at: y))
                d0 = d0.addingProduct(x, Lanes(at: y + 16))
                c1 = c1.addingProduct(x, Lanes(at: y + step))
                d1 = d1.addingProduct(x, Lanes(at: y + step + 16))
                c2 = c2.addingProduct(x, Lanes(at: y + 2 * step))
                d2 = d2.addingProduct(x, Lanes(at: y + 2 * step + 16))
                c3 = c3.addingProduct(x, Lanes(at: y + 3 * step))
                d3 = d3.addingProduct(x, Lanes(at: y + 3 * step + 16))
            }
            store(c0, d0, c + column)
            store(c1, d1, c + column + 32)
            store(c2, d2, c + column + 64)
            store(c3, d3, c + column + 96)
            column += 128
        }
        while column < shape.columns {
            let width = min(shape.columns - column / 32 * 32, 32)
            let y = b + column / 32 * step + column % 32
            let row = panelStep == nil ? shape.columns : width
            var sum = accumulates ? Lanes(at: c + column) : .zero
            for i in 0..<shape.depth {
                sum = sum.addingProduct(Lanes(repeating: a[i * shape.aDepth]), Lanes(at: y + i * row))
            }
            sum.store(at: c + column)
            column += 16
        }
    }

    @inline(__always)
    private static func wide(
        _ shape: Shape,
        _ a: UnsafePointer<Float>,
        _ b: UnsafePointer<Float>,
        _ bRow: Int,
        _ c: UnsafeMutablePointer<Float>,
        _ accumulates: Bool
    ) {
        var (a, c) = (a, c)
        let (s, n) = (shape.aRow, shape.cRow)
        for _ in 0..<shape.rows / 8 {
            var (c0, d0) = pair(c, accumulates)
            var (c1, d1) = pair(c + n, accumulates)
            var (c2, d2) = pair(c + 2 * n, accumulates)
            var (c3, d3) = pair(c + 3 * n, accumulates)
            var (c4, d4) = pair(c + 4 * n, accumulates)
            var (c5, d5) = pair(c + 5 * n, accumulates)
            var (c6, d6) = pair(c + 6 * n, accumulates)
            var (c7, d7) = pair(c + 7 * n, accumulates)
            var (x, y) = (a, b)
            for _ in 0..<shape.depth {
                let (left, right) = (Lanes(at: y), Lanes(at: y + 16))
                let x0 = Lanes(repeating: x[0])
                c0 = c0.addingProduct(x0, left)
                d0 = d0.addingProduct(x0, right)
                let x1 = Lanes(repeating: x[s])
                c1 = c1.addingProduct(x1, left)
                d1 = d1.addingProduct(x1, right)
                let x2 = Lanes(repeating: x[2 * s])
                c2 = c2.addingProduct(x2, left)
                d2 = d2.addingProduct(x2, right)
                let x3 = Lanes(repeating: x[3 * s])
                c3 = c3.addingProduct(x3, left)
                d3 = d3.addingProduct(x3, right)
                let x4 = Lanes(repeating: x[4 * s])
                c4 = c4.addingProduct(x4, left)
                d4 = d4.addingProduct(x4, right)
                let x5 = Lanes(repeating: x[5 * s])
                c5 = c5.addingProduct(x5, left)
                d5 = d5.addingProduct(x5, right)
                let x6 = Lanes(repeating: x[6 * s])
                c6 = c6.addingProduct(x6, left)
                d6 = d6.addingProduct(x6, right)
                let x7 = Lanes(repeating: x[7 * s])
                c7 = c7.addingProduct(x7, left)
                d7 = d7.addingProduct(x7, right)
                x += shape.aDepth
                y += bRow
            }
            store(c0, d0, c)
            store(c1, d1, c + n)
            store(c2, d2, c + 2 * n)
            store(c3, d3, c + 3 * n)
            store(c4, d4, c + 4 * n)
            store(c5, d5, c + 5 * n)
            store(c6, d6, c + 6 * n)
            store(c7, d7, c + 7 * n)
            a += 8 * s
            c += 8 * n
        }
    }

    @inline(__always)
    private static func narrow(
        _ shape: Shape,
        _ a: UnsafePointer<Float>,
        _ b: UnsafePointer<Float>,
        _ bRow: Int,
        _ c: UnsafeMutablePointer<Float>,
        _ accumulates: Bool
    ) {
        var (a, c) = (a, c)
        let (s, n) = (shape.aRow, shape.cRow)
        for _ in 0..<shape.rows / 8 {
            var c0 = accumulates ? Lanes(at: c) : .zero
            var c1 = accumulates ? Lanes(at: c + n) : .zero
            var c2 = accumulates ? Lanes(at: c + 2 * n) : .zero
            var c3 = accumulates ? Lanes(at: c + 3 * n) : .zero
            var c4 = accumulates ? Lanes(at: c + 4 * n) : .zero
            var c5 = accumulates ? Lanes(at: c + 5 * n) : .zero
            var c6 = accumulates ? Lanes(at: c + 6 * n) : .zero
            var c7 = accumulates ? Lanes(at: c + 7 * n) : .zero
            var (x, y) = (a, b)
            for _ in 0..<shape.depth {
                let row = Lanes(at: y)
                c0 = c0.addingProduct(Lanes(repeating: x[0]), row)
                c1 = c1.addingProduct(Lanes(repeating: x[s]), row)
                c2 = c2.addingProduct(Lanes(repeating: x[2 * s]), row)
                c3 = c3.addingProduct(Lanes(repeating: x[3 * s]), row)
                c4 = c4.addingProduct(Lanes(repeating: x[4 * s]), row)
                c5 = c5.addingProduct(Lanes(repeating: x[5 * s]), row)
                c6 = c6.addingProduct(Lanes(repeating: x[6 * s]), row)
                c7 = c7.addingProduct(Lanes(repeating: x[7 * s]), row)
                x += shape.aDepth
                y += bRow
            }
            c0.store(at: c)
            c1.store(at: c + n)
            c2.store(at: c + 2 * n)
            c3.store(at: c + 3 * n)
            c4.store(at: c + 4 * n)
            c5.store(at: c + 5 * n)
            c6.store(at: c + 6 * n)
            c7.store(at: c + 7 * n)
            a += 8 * s
            c += 8 * n
        }
    }

    @inline(__always)
    private static func pair(_ c: UnsafeMutablePointer<Float>, _ accumulates: Bool) -> (Lanes, Lanes) {
        accumulates ? (Lanes(at: c), Lanes(at: c + 16)) : (.zero, .zero)
    }

    @inline(__always)
    private static func store(_ left: Lanes, _ right: Lanes, _ c: UnsafeMutablePointer<Float>) {
        left.store(at: c)
        right.store(at: c + 16)
    }
}
