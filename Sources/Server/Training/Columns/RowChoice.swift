import JSON
import ModelStore
import NN

/// Which rows a job learns from, validates with and tests on.
struct RowChoice {
    private(set) var training: RowSequence
    private(set) var validationRows = 0
    private(set) var test: RowSequence
    private(set) var notes: [String] = []

    /// The share of the rows that is for testing where an upload named no parts.
    private static let testShare = 0.2

    /// Draws a share of rows by a seed, rounded up to whole rows; both parts keep their order.
    private static func drawn(_ share: Double, of rows: [UInt32], seed: Int) -> (rest: [UInt32], chosen: [UInt32]) {
        var order = Array(rows.indices)
        var generator = SplitGenerator(seed: seed)
        generator.shuffle(&order)
        let count = min(Int((Double(rows.count) * share).rounded(.up)), rows.count - 1)
        let chosen = Set(order.prefix(max(count, 0)))
        return (
            rows.indices.filter { !chosen.contains($0) }.map { rows[$0] },
            rows.indices.filter { chosen.contains($0) }.map { rows[$0] }
        )
    }

    /// Chooses the rows.
    ///
    /// - Throws: `FaultyInput` where none is left to learn from, or windows can't be made.
    init(_ selection: ColumnSelection, _ columns: DatasetColumns, targets: [Int], options: TrainingOptions) throws {
        let source = columns.source
        var missing = [Bool](repeating: false, count: source.records)
        for column in targets { try Self.mark(&missing, source, column) }
        var validation: [UInt32] = []
        if let window = selection.window {
            let maker = WindowMaker(source: source, window: window, namesParts: columns.namesParts, isMissing: missing)
            let share = selection.validation?.split ?? (options.validationRows > 0 ? 0 : options.validationSplit)
            let made = try maker.windows(validationShare: share)
            (training, test, validation, notes) = (made.training, made.test, made.validation, made.notes)
        } else {
            func rows(_ part: DatasetPart) -> [UInt32] {
                source.records(of: part).filter { !missing[$0] }.map(UInt32.init)
            }
            let records = Array(0..<UInt32(source.records))
            training = RowSequence(records: records, starts: rows(.train))
            test = RowSequence(records: records, starts: rows(.test))
            validation = rows(.validation)
            if !columns.namesParts, test.starts.isEmpty {
                let drawn = Self.drawn(Self.testShare, of: training.starts, seed: options.seed)
                (training.starts, test.starts) = (drawn.rest, drawn.chosen)
            }
            let left = missing.count { $0 }
            if left > 0 { notes.append("\(left) rows are left out, since their target is missing") }
            if let wanted = selection.validation {
                validation = try split(wanted, source, targets, seed: options.seed)
            }
        }
        validationRows = validation.count
        guard !training.starts.isEmpty else {
            throw FaultyInput(Fault(pointer: "/dataset", detail: "no row is left to train on"))
        }
        training.starts += validation
    }

    /// Takes rows out of those that are trained on.
    private mutating func split(
        _ wanted: ColumnSelection.Validation,
        _ source: any ColumnSource,
        _ targets: [Int],
        seed: Int
    ) throws -> [UInt32] {
        let rows = training.starts
        let count = Int((Double(rows.count) * wanted.split).rounded(.down))
        guard count > 0 else { return [] }
        guard wanted.by != .time else {
            training.starts = Array(rows.dropLast(count))
            return Array(rows.suffix(count))
        }
        var order = Array(rows.indices)
        var generator = SplitGenerator(seed: seed)
        generator.shuffle(&order)
        var chosen = Set(order.prefix(count))
        if wanted.by == .stratified, let target = targets.first {
            let cells = ColumnCells(try source.values(column: target, records: rows.map(Int.init)))
            let groups = Dictionary(grouping: order) { cells.word($0) }
            chosen = []
            for (_, members) in groups {
                chosen.formUnion(members.prefix(Int((Double(members.count) * wanted.split).rounded())))
            }
        }
        training.starts = rows.indices.filter { !chosen.contains($0) }.map { rows[$0] }
        return rows.indices.filter { chosen.contains($0) }.map { rows[$0] }
    }

    /// Marks records whose value is missing.
    private static func mark(_ missing: inout [Bool], _ source: any ColumnSource, _ column: Int) throws {
        for begin in stride(from: 0, to: missing.count, by: 65_536) {
            let records = Array(begin..<min(begin + 65_536, missing.count))
            guard let holes = try source.values(column: column, records: records).missing else { continue }
            for (place, isMissing) in holes.enumerated() where isMissing { missing[begin + place] = true }
        }
    }
}

/// The draws of a split: SplitMix64 (Steele, Lea and Flood 2014), so that a job's seed gives the same rows for ever.
private struct SplitGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    /// Shuffles by Fisher and Yates.
    mutating func shuffle(_ list: inout [Int]) {
        for last in stride(from: list.count - 1, to: 0, by: -1) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            list.swapAt(last, Int(z.multipliedFullWidth(by: UInt64(last + 1)).high))
        }
    }
}
