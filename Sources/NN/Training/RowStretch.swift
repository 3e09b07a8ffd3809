/// Rows that are looked at together, all of one size.
struct RowStretch {
    /// The rows.
    let rows: [Int]
    /// Their size; nil where the network takes no other.
    let size: BatchSize?

    /// Whether a probe that was compiled for these serves others too.
    func isLike(_ other: RowStretch?) -> Bool { rows.count == other?.rows.count && size == other?.size }

    /// Rows in stretches of up to `length`: in their order, or, where they differ in size, those of each size together.
    static func all(of rows: Range<Int>, _ sized: SizedRows?, length: Int) -> [RowStretch] {
        var groups: [(size: BatchSize?, rows: [Int])] = []
        if let sized {
            var places: [BatchSize: Int] = [:]
            for row in rows {
                let size = sized.exactSize(of: row)
                if let place = places[size] {
                    groups[place].rows.append(row)
                } else {
                    places[size] = groups.count
                    groups.append((size, [row]))
                }
            }
        } else {
            groups = [(nil, Array(rows))]
        }
        return groups.flatMap { group in
            stride(from: 0, to: group.rows.count, by: length).map { begin in
                RowStretch(rows: Array(group.rows[begin..<min(begin + length, group.rows.count)]), size: group.size)
            }
        }
    }
}
