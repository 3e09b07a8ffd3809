import JSON
import ModelStore
import NN

/// Draws the rows that validate out of those that would be trained on, as an upload's are drawn that test (`RowDraw`).
struct ValidationDraw {
    private let selection: ColumnSelection
    private let columns: DatasetColumns
    private let targets: [Int]
    private let seed: Int

    init(_ selection: ColumnSelection, _ columns: DatasetColumns, targets: [Int], seed: Int) {
        (self.selection, self.columns, self.targets, self.seed) = (selection, columns, targets, seed)
    }

    /// The share of each series' windows that validates, its last ones.
    ///
    /// A `validation_split` yields to rows that the upload named for it; a share that `validation` asks for doesn't.
    func windowShare(_ options: TrainingOptions) -> Double {
        switch selection.validation {
        case .split(let share, let method, _): return method == .group ? 0 : share
        case .part, .dataset, .fold: return 0
        case nil:
            let isChosen = options.validationRows > 0 || !columns.source.records(of: .validation).isEmpty
            return isChosen ? 0 : options.validationSplit
        }
    }

    /// Draws rows that are single records; nil where the request asks for no share of them.
    ///
    /// - Throws: `FaultyInput` for a column that isn't there, or where none would be left to train on.
    func split(_ rows: [UInt32]) throws -> (rest: [UInt32], chosen: [UInt32])? {
        guard let parts = try parts(of: rows.map(Int.init)) else { return nil }
        return (
            rows.indices.filter { parts[$0] == .train }.map { rows[$0] },
            rows.indices.filter { parts[$0] != .train }.map { rows[$0] }
        )
    }

    /// The records whose group validates; nil where the request asks for no groups.
    ///
    /// - Parameter records: Those that would be trained on.
    /// - Returns: For each record of the dataset whether it validates.
    /// - Throws: `FaultyInput` for a column that isn't there, or that has one value in all records.
    func heldRecords(of records: [Int]) throws -> [Bool]? {
        guard case .split(_, .group, _) = selection.validation, let parts = try parts(of: records) else { return nil }
        var held = [Bool](repeating: false, count: columns.source.records)
        for (record, part) in zip(records, parts) where part != .train { held[record] = true }
        return held
    }

    /// The part of each record, `test` for one that validates; nil where the request asks for no share.
    private func parts(of records: [Int]) throws -> [DatasetPart]? {
        if case .fold(let fold) = selection.validation { return try members(of: fold, in: records) }
        guard case .split(let share, let method, let group) = selection.validation else { return nil }
        let draw = try self.draw(method, group, of: records)
        do {
            return try draw.parts(rows: records.count, fraction: share, seed: UInt64(bitPattern: Int64(seed)))
        } catch .invalid {
            let detail = "\(share) of \(records.count) rows leaves none to train on"
            throw FaultyInput(Fault(pointer: "/validation/split", detail: detail))
        }
    }

    /// The part of each record, `test` for one of a fold.
    private func members(of fold: ValidationChoice.Fold, in records: [Int]) throws -> [DatasetPart] {
        try fold.check(rows: records.count)
        let kinds = fold.method == .stratified ? try self.kinds(of: targets[0], in: records) : nil
        return FoldDraw(fold: fold, seed: seed).members(rows: records.count, kinds: kinds).map { $0 ? .test : .train }
    }

    private func draw(_ method: ValidationChoice.Method, _ group: String?, of records: [Int]) throws -> RowDraw {
        switch method {
        case .random: return .random
        case .stratified: return .stratified(try kinds(of: targets[0], in: records))
        case .time: return .latest(records.indices.map(Int64.init))
        case .group: return .grouped(try groups(group, in: records))
        }
    }

    private func groups(_ own: String?, in records: [Int]) throws -> [Int] {
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
        let groups = try kinds(of: place, in: records)
        guard Set(groups).count > 1 else {
            let detail = "the column \"\(name)\" has one value in all rows to train on, and a group is never divided"
            throw FaultyInput(Fault(pointer: pointer, detail: detail))
        }
        return groups
    }

    /// Numbers that are the same where a column's values are; what is missing is like nothing else.
    private func kinds(of column: Int, in records: [Int]) throws -> [Int] {
        let cells = ColumnCells(try columns.source.values(column: column, records: records))
        var known: [String: Int] = [:]
        return records.indices.map { row in
            guard !cells.isMissing(row) else { return -1 - row }
            let kind = known[cells.word(row)] ?? known.count
            known[cells.word(row)] = kind
            return kind
        }
    }
}
