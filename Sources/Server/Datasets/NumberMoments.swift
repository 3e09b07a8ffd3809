import Features

/// The mean of a column's numbers, the sum of their squared distances from it, the least and the greatest, by Welford's
/// method in the rows' order.
struct NumberMoments {
    /// How many columns are counted together.
    static let columnCount = 8
    /// How many rows are brought beside each other at a time, which stay in a core's cache.
    private static let tileRows = 256

    private var count: Double = 0
    private(set) var mean: Double = 0
    private(set) var squares: Double = 0
    private(set) var least: Double = .infinity
    private(set) var greatest: Double = -.infinity

    /// Takes the next rows of up to `columnCount` columns of numbers, which go through the same steps side by side.
    ///
    /// - Parameters:
    ///   - columns: The values of each.
    ///   - moments: What is known of each before and after.
    static func add(_ columns: [ColumnValues], to moments: inout [NumberMoments]) {
        var lanes = NumberLanes(moments)
        let rows = columns.first?.count ?? 0
        var tile = [SIMD8<Double>](repeating: .zero, count: tileRows)
        // 1 for a value, 0 for a missing one and for a lane without a column.
        var presence = tile
        for start in stride(from: 0, to: rows, by: tileRows) {
            let part = start..<min(start + tileRows, rows)
            for (lane, column) in columns.enumerated() {
                switch column.content {
                case .numbers(let values): fill(&tile, lane, part) { values[$0] }
                case .integers(let values): fill(&tile, lane, part) { Double(values[$0]) }
                default: preconditionFailure("only numbers have a mean")
                }
                if let missing = column.missing {
                    fill(&presence, lane, part) { missing[$0] ? 0 : 1 }
                } else if start == 0 {
                    fill(&presence, lane, 0..<tileRows) { _ in 1 }
                }
            }
            for row in 0..<part.count { lanes.add(tile[row], presence[row]) }
        }
        for lane in moments.indices { moments[lane] = lanes[lane] }
    }

    /// Writes a number for each of some rows into one lane of a tile.
    @inline(__always)
    private static func fill(
        _ tile: inout [SIMD8<Double>],
        _ lane: Int,
        _ rows: Range<Int>,
        _ number: (Int) -> Double
    ) {
        tile.withUnsafeMutableBytes { bytes in
            for row in 0..<rows.count {
                // A vector is its lanes, one after the other.
                let place = (row * columnCount + lane) * MemoryLayout<Double>.stride
                bytes.storeBytes(of: number(rows.lowerBound + row), toByteOffset: place, as: Double.self)
            }
        }
    }

    fileprivate init(count: Double, mean: Double, squares: Double, least: Double, greatest: Double) {
        (self.count, self.mean, self.squares) = (count, mean, squares)
        (self.least, self.greatest) = (least, greatest)
    }

    /// Of no numbers.
    init() {}

    /// What is known of several columns, one a lane.
    private struct NumberLanes {
        private var count = SIMD8<Double>.zero
        private var mean = SIMD8<Double>.zero
        private var squares = SIMD8<Double>.zero
        private var least = SIMD8<Double>(repeating: .infinity)
        private var greatest = SIMD8<Double>(repeating: -.infinity)

        init(_ moments: [NumberMoments]) {
            for (lane, column) in moments.enumerated() {
                (count[lane], mean[lane], squares[lane]) = (column.count, column.mean, column.squares)
                (least[lane], greatest[lane]) = (column.least, column.greatest)
            }
        }

        @inline(__always)
        mutating func add(_ values: SIMD8<Double>, _ presence: SIMD8<Double>) {
            let isPresent = presence .!= 0
            count += presence
            let distance = values - mean
            let next = mean + distance / count
            mean.replace(with: next, where: isPresent)
            squares.replace(with: squares + distance * (values - next), where: isPresent)
            least.replace(with: values, where: isPresent .& (values .< least))
            greatest.replace(with: values, where: isPresent .& (values .>= greatest))
        }

        subscript(lane: Int) -> NumberMoments {
            NumberMoments(
                count: count[lane],
                mean: mean[lane],
                squares: squares[lane],
                least: least[lane],
                greatest: greatest[lane]
            )
        }
    }
}
