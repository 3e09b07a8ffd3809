import JSON
import ModelStore
import NN

/// Draws the rows that validate out of those that would be trained on.
struct ValidationDraw {
    private let selection: ColumnSelection
    private let columns: DatasetColumns
    private let targets: [Int]
    private let seed: Int

    init(_ selection: ColumnSelection, _ columns: DatasetColumns, targets: [Int], seed: Int) {
        (self.selection, self.columns, self.targets, self.seed) = (selection, columns, targets, seed)
    }

    /// The share of each series' windows that validates, its last ones.
    func windowShare(_ options: TrainingOptions) -> Double {
        switch selection.validation {
        case .split(let share, let method, _): method == .group ? 0 : share
        case .part, .dataset: 0
        case nil: options.validationRows > 0 ? 0 : options.validationSplit
        }
    }

    /// Draws rows that are single records; nil where the request asks for no share of them.
    func split(_ rows: [UInt32]) throws -> (rest: [UInt32], chosen: [UInt32])? {
        guard case .split(let share, let method, _) = selection.validation else { return nil }
        let count = Int((Double(rows.count) * share).rounded(.down))
        guard method != .group else {
            let held = try heldRecords(of: rows.map(Int.init)) ?? []
            return (rows.filter { !held[Int($0)] }, rows.filter { held[Int($0)] })
        }
        guard count > 0 else { return (rows, []) }
        guard method != .time else { return (Array(rows.dropLast(count)), Array(rows.suffix(count))) }
        var order = Array(rows.indices)
        var generator = SplitGenerator(seed: seed)
        generator.shuffle(&order)
        var chosen = Set(order.prefix(count))
        if method == .stratified, let target = targets.first {
            let cells = ColumnCells(try columns.source.values(column: target, records: rows.map(Int.init)))
            let groups = Dictionary(grouping: order) { cells.word($0) }
            chosen = []
            for (_, members) in groups {
                chosen.formUnion(members.prefix(Int((Double(members.count) * share).rounded())))
            }
        }
        return (
            rows.indices.filter { !chosen.contains($0) }.map { rows[$0] },
            rows.indices.filter { chosen.contains($0) }.map { rows[$0] }
        )
    }

    /// The records whose group validates: whole groups in the order of the seed, as long as they come nearer to the
    /// share, one at least; nil where the request asks for none.
    ///
    /// - Parameter records: Those that would be trained on.
    /// - Returns: For each record of the dataset whether it validates.
    /// - Throws: `FaultyInput` for a column that isn't there, or that has one value in all records.
    func heldRecords(of records: [Int]) throws -> [Bool]? {
        guard case .split(let share, .group, let own) = selection.validation else { return nil }
        let pointer = "/validation/group_by"
        guard let name = own ?? selection.window?.group else {
            throw FaultyInput(
                Fault(pointer: pointer, detail: "missing; expected the column whose values are the groups")
            )
        }
        let source = columns.source
        guard let place = source.columns.firstIndex(where: { $0.name == name }) else {
            let known = source.columns.map(\.name)
            throw FaultyInput(Fault(pointer: pointer, detail: Suggestion.unknown("column", name, known: known)))
        }
        let cells = ColumnCells(try source.values(column: place, records: records))
        var groups: [[Int]] = []
        var places: [String: Int] = [:]
        for (row, record) in records.enumerated() {
            // What has no group is one by itself.
            if !cells.isMissing(row), let known = places[cells.word(row)] {
                groups[known].append(record)
                continue
            }
            if !cells.isMissing(row) { places[cells.word(row)] = groups.count }
            groups.append([record])
        }
        guard groups.count > 1 else {
            let detail = "the column \"\(name)\" has one value in all rows to train on, and a group is never divided"
            throw FaultyInput(Fault(pointer: pointer, detail: detail))
        }
        var order = Array(groups.indices)
        var generator = SplitGenerator(seed: seed)
        generator.shuffle(&order)
        let wanted = Double(records.count) * share
        var held = [Bool](repeating: false, count: source.records)
        var count = 0
        for group in order.dropLast() {
            let next = count + groups[group].count
            guard count == 0 || abs(Double(next) - wanted) < abs(Double(count) - wanted) else { continue }
            for record in groups[group] { held[record] = true }
            count = next
            if Double(count) >= wanted { break }
        }
        return held
    }
}
