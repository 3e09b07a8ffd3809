#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Where in a source the pixels of a moved picture are looked up: (a₀x + a₁y + a₂)/k and (b₀x + b₁y + b₂)/k with
/// k = c₀x + c₁y + 1.
struct Projection: Equatable {
    var a: (Float, Float, Float) = (1, 0, 0)
    var b: (Float, Float, Float) = (0, 1, 0)
    var c: (Float, Float) = (0, 0)

    static func == (left: Projection, right: Projection) -> Bool {
        left.a == right.a && left.b == right.b && left.c == right.c
    }

    /// Turns about the middle, by so many degrees, counter-clockwise.
    static func rotation(degrees: Float, height: Int, width: Int) -> Projection {
        let angle = degrees * (.pi / 180)
        let (cosine, sine) = (cosf(angle), sinf(angle))
        let (x, y) = (0.5 * Float(width - 1), 0.5 * Float(height - 1))
        return Projection(
            a: (cosine, -sine, x - x * cosine + y * sine),
            b: (sine, cosine, y - x * sine - y * cosine)
        )
    }

    /// Moves right and down by so many pixels.
    static func translation(x: Float, y: Float) -> Projection { Projection(a: (1, 0, -x), b: (0, 1, -y)) }

    /// Makes smaller by factors above 1, larger by those below, about the middle.
    static func zoom(x: Float, y: Float, height: Int, width: Int) -> Projection {
        Projection(
            a: (x, 0, Float(width - 1) / 2 * (1 - x)),
            b: (0, y, Float(height - 1) / 2 * (1 - y))
        )
    }

    /// Slants.
    static func shear(x: Float, y: Float) -> Projection { Projection(a: (1, x, 0), b: (y, 1, 0)) }

    /// Takes four points to four others; nil where no projection does.
    static func homography(from start: [(x: Float, y: Float)], to end: [(x: Float, y: Float)]) -> Projection? {
        var rows: [[Double]] = []
        for (start, end) in zip(start, end) {
            let (x, y, u, v) = (Double(end.x), Double(end.y), Double(start.x), Double(start.y))
            rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
            rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
        }
        guard rows.count == 8, let found = solution(of: &rows) else { return nil }
        let numbers = found.map(Float.init)
        return Projection(
            a: (numbers[0], numbers[1], numbers[2]),
            b: (numbers[3], numbers[4], numbers[5]),
            c: (numbers[6], numbers[7])
        )
    }

    /// Solves linear equations, each a row that ends with its right side, by elimination with the greatest pivot.
    private static func solution(of rows: inout [[Double]]) -> [Double]? {
        let count = rows.count
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            guard abs(rows[pivot][column]) > 1e-9 else { return nil }
            rows.swapAt(pivot, column)
            for row in 0..<count where row != column {
                let factor = rows[row][column] / rows[column][column]
                if factor == 0 { continue }
                for place in column...count { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }

    /// A picture moved so.
    func applied(to picture: FloatPicture, _ sampler: PictureSampler) -> FloatPicture {
        if c == (0, 0) {
            return sampler.sampled(picture) { column, row in
                let (x, y) = (Float(column), Float(row))
                return (a.0 * x + a.1 * y + a.2, b.0 * x + b.1 * y + b.2)
            }
        }
        return sampler.sampled(picture) { column, row in
            let (x, y) = (Float(column), Float(row))
            let depth = c.0 * x + c.1 * y + 1
            if depth == 0 { return nil }
            return ((a.0 * x + a.1 * y + a.2) / depth, (b.0 * x + b.1 * y + b.2) / depth)
        }
    }
}
