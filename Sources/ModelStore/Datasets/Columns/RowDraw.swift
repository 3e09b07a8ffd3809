/// By what rows of typed columns are set aside for testing.
public enum RowDraw: Sendable, Equatable {
    /// Drawn by a seeded shuffle, the same rows as `DatasetSplit.shuffled` draws.
    case random
    /// Drawn so that both parts have the same shares of each class; the class of each row.
    case stratified([Int])
    /// Drawn so that rows of one group stay in one part; the group of each row.
    case grouped([Int])
    /// The last ones by time; the time of each row, nil where it is missing, with which a row is for training.
    case latest([Int64?])

    /// The part of each row.
    ///
    /// The share is rounded up to whole rows as by `DatasetSplit`; of groups it is what whole groups reach without more.
    ///
    /// - Parameters:
    ///   - rows: How many rows there are.
    ///   - fraction: The share that is set aside.
    ///   - seed: What the shuffle begins with.
    /// - Returns: `train` or `test` for each row.
    /// - Throws: `.invalid` for a share outside 0..<1 and where no row is left to train on.
    public func parts(rows: Int, fraction: Double, seed: UInt64) throws(StoreError) -> [DatasetPart] {
        // Checks the share, and counts.
        let (order, wanted, _) = try DatasetSplit.shuffled(fraction: fraction, seed: seed).order(train: rows, test: 0)
        var generator = SplitMix64(state: seed)
        let tested: any Sequence<Int> =
            switch self {
            case .random: order.suffix(wanted).map(Int.init)
            case .stratified(let classes): Self.stratified(classes, wanted, fraction, &generator)
            case .grouped(let groups): try Self.grouped(groups, wanted, &generator)
            case .latest(let times): Self.latest(times, wanted)
            }
        var parts = [DatasetPart](repeating: .train, count: rows)
        for row in tested { parts[row] = .test }
        return parts
    }

    /// Rows by what they have in common, in the order in which that first occurs.
    private static func rows(by key: [Int]) -> [[Int]] {
        var places: [Int: Int] = [:]
        var rows: [[Int]] = []
        for (row, key) in key.enumerated() {
            if let place = places[key] {
                rows[place].append(row)
            } else {
                places[key] = rows.count
                rows.append([row])
            }
        }
        return rows
    }

    private static func stratified(
        _ classes: [Int],
        _ wanted: Int,
        _ fraction: Double,
        _ generator: inout SplitMix64
    ) -> [Int] {
        let strata = rows(by: classes)
        let shares = strata.map { Double($0.count) * Double(wanted) / Double(max(classes.count, 1)) }
        var counts = shares.map { Int($0) }
        // What rounding down left goes to the largest remainders.
        let byRemainder = strata.indices.sorted { left, right in
            let (a, b) = (shares[left] - Double(counts[left]), shares[right] - Double(counts[right]))
            return a == b ? left < right : a > b
        }
        for stratum in byRemainder.prefix(wanted - counts.reduce(0, +)) { counts[stratum] += 1 }
        return zip(strata, counts).flatMap { rows, count in shuffled(rows, &generator).suffix(count) }
    }

    private static func grouped(
        _ groups: [Int],
        _ wanted: Int,
        _ generator: inout SplitMix64
    ) throws(StoreError) -> [Int] {
        guard wanted > 0 else { return [] }
        let all = rows(by: groups)
        guard all.count > 1 else {
            throw .invalid("group: all rows are of one group, which can't be in both parts; send test_split=0")
        }
        var tested: [Int] = []
        var fewest: [Int]?
        for group in shuffled(all, &generator) {
            if tested.count + group.count <= wanted { tested += group }
            if group.count < fewest?.count ?? .max { fewest = group }
        }
        return tested.isEmpty ? fewest ?? [] : tested
    }

    private static func latest(_ times: [Int64?], _ wanted: Int) -> [Int] {
        let known = times.enumerated().compactMap { row, time in time.map { (time: $0, row: row) } }
        return known.sorted { ($0.time, $0.row) < ($1.time, $1.row) }.suffix(wanted).map(\.row)
    }

    private static func shuffled<Element>(_ elements: [Element], _ generator: inout SplitMix64) -> [Element] {
        var elements = elements
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, Int(generator.next(below: UInt64(last + 1))))
        }
        return elements
    }
}
