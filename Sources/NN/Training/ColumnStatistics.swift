/// The mean and variance of each column of a matrix that comes in stretches of rows, in double precision.
///
/// A stretch's own mean and sum of squared distances are merged with those of the rows before it (Chan, Golub and
/// LeVeque 1979), so a large mean with a small variance loses no digits. The result follows from the rows and where the
/// stretches end.
struct ColumnStatistics {
    /// The rows so far.
    private(set) var rows = 0
    /// The mean of each column.
    private(set) var means: [Double]

    private var squares: [Double]

    /// Statistics of no rows.
    init(columns: Int) {
        means = Array(repeating: 0, count: columns)
        squares = Array(repeating: 0, count: columns)
    }

    /// The variance of each column, divided by the number of rows.
    var variances: [Double] { squares.map { $0 / Double(max(rows, 1)) } }

    /// Adds rows that lie one after the other.
    mutating func add(_ matrix: UnsafePointer<Float>, rows count: Int) {
        guard count > 0 else { return }
        let columns = means.count
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<count {
            for column in 0..<columns { sums[column] += Double(matrix[row * columns + column]) }
        }
        let stretch = sums.map { $0 / Double(count) }
        var distances = [Double](repeating: 0, count: columns)
        for row in 0..<count {
            for column in 0..<columns {
                let distance = Double(matrix[row * columns + column]) - stretch[column]
                distances[column] += distance * distance
            }
        }
        let total = Double(rows + count)
        for column in 0..<columns {
            let shift = stretch[column] - means[column]
            squares[column] += distances[column] + shift * shift * Double(rows) * Double(count) / total
            means[column] += shift * Double(count) / total
        }
        rows += count
    }
}
