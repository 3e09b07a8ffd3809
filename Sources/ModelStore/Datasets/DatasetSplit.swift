/// How rows are set aside for testing.
public enum DatasetSplit: Equatable, Sendable {
    /// The test rows are those that were appended as such; there may be none.
    case given
    /// A share of the rows, drawn by a seeded shuffle; both parts keep the order of the file.
    case shuffled(fraction: Double, seed: UInt64)
    /// A share of the rows, from the end, as is right for a series, and `gap` rows before them that belong to neither
    /// part, since their targets are targets of test rows too.
    case last(fraction: Double, gap: Int = 0)

    /// The numbers of the records: those for training, then those for testing.
    ///
    /// Those between the last training row and the first test row that are in neither are left out. The share is rounded
    /// up to whole rows, as scikit-learn's `train_test_split` does. Throws `.invalid` for a share outside 0..<1 and where
    /// no row is left to train on.
    func order(train: Int, test: Int) throws(StoreError) -> (order: [UInt32], testRows: Int, leftOut: Range<Int>) {
        let none = 0..<0
        switch self {
        case .given:
            return (Array(0..<UInt32(train + test)), test, none)
        case .last(let fraction, let gap):
            let testRows = try Self.testRows(train, fraction)
            guard testRows > 0, gap > 0 else { return (Array(0..<UInt32(train)), testRows, none) }
            let boundary = train - testRows
            guard gap < boundary else {
                throw .invalid(
                    "test_split: \(fraction) of \(train) windows leaves none to train on, since the \(gap) before those that "
                        + "test share targets with them; send a longer series, a shorter horizon or a smaller test_split"
                )
            }
            return (Array(0..<UInt32(train - gap)), testRows, boundary - gap..<boundary)
        case .shuffled(let fraction, let seed):
            let testRows = try Self.testRows(train, fraction)
            var shuffled = Array(0..<UInt32(train))
            var generator = SplitMix64(state: seed)
            for last in stride(from: train - 1, to: 0, by: -1) {
                shuffled.swapAt(last, Int(generator.next(below: UInt64(last + 1))))
            }
            let boundary = train - testRows
            return (shuffled[..<boundary].sorted() + shuffled[boundary...].sorted(), testRows, none)
        }
    }

    private static func testRows(_ rows: Int, _ fraction: Double) throws(StoreError) -> Int {
        guard fraction >= 0, fraction < 1 else {
            throw .invalid("test_split: expected a number from 0 up to but not including 1, found \(fraction)")
        }
        // A product such as 0.07 * 100 = 7.000000000000001 must not round up to 8.
        let testRows = Int((Double(rows) * fraction - 1e-9 * Double(rows)).rounded(.up))
        guard testRows < rows else {
            throw .invalid("test_split: \(fraction) of \(rows) rows leaves none to train on")
        }
        return max(testRows, 0)
    }
}

/// The generator SplitMix64 (Steele, Lea and Flood 2014), whose sequence belongs to the file format: it decides which
/// rows a seed sets aside.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A number below `bound`, each equally likely: draws from the incomplete last interval are drawn again.
    mutating func next(below bound: UInt64) -> UInt64 {
        let limit = UInt64.max - UInt64.max % bound
        while true {
            let draw = next()
            if draw < limit { return draw % bound }
        }
    }
}
