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

    /// What rows are chosen for.
    enum Purpose: Sendable {
        /// To learn from some and test on others.
        case training
        /// To be judged: those of a job's parts, or all of them as rows to learn from.
        case evaluation(isWhole: Bool)

        /// Whether a job's own parts don't matter.
        var isWhole: Bool { if case .evaluation(let isWhole) = self { isWhole } else { false } }
    }

    /// Chooses the rows.
    ///
    /// - Throws: `FaultyInput` where none is left to learn from, or windows can't be made.
    init(
        _ selection: ColumnSelection,
        _ columns: DatasetColumns,
        targets: [Int],
        options: TrainingOptions,
        purpose: Purpose = .training
    ) throws {
        let source = columns.source
        var missing = [Bool](repeating: false, count: source.records)
        for column in targets { try Self.mark(&missing, source, column) }
        if !missing.isEmpty, !missing.contains(false) {
            let names = targets.map { "\"\(source.columns[$0].name)\"" }.joined(separator: ", ")
            let detail = "no row has a value in \(names), so there is nothing to learn; name another column"
            throw FaultyInput(Fault(pointer: "/targets", detail: detail))
        }
        let draw = ValidationDraw(selection, columns, targets: targets, seed: options.seed)
        let firstOther = (source as? JoinedColumns)?.firstOther
        var validation: [UInt32] = []
        if let window = selection.window {
            if case .fold = selection.validation { throw ValidationChoice.Fold.windowFault }
            var maker = WindowMaker(source: source, window: window, namesParts: columns.namesParts, isMissing: missing)
            (maker.firstOther, maker.purpose) = (firstOther, purpose)
            maker.isHeld = try draw.heldRecords(of: source.records(of: .train).filter { !missing[$0] })
            let made = try maker.windows(validationShare: draw.windowShare(options))
            (training, test, validation, notes) = (made.training, made.test, made.validation, made.notes)
        } else {
            func rows(_ part: DatasetPart) -> [UInt32] {
                source.records(of: part).filter { !missing[$0] }.map(UInt32.init)
            }
            let records = Array(0..<UInt32(source.records))
            training = RowSequence(records: records, starts: rows(.train))
            test = RowSequence(records: records, starts: rows(.test))
            validation = rows(.validation)
            if !columns.namesParts, test.starts.isEmpty, training.starts.count > 1, !purpose.isWhole {
                let (all, seed) = (training.starts, UInt64(bitPattern: Int64(options.seed)))
                let parts = try RowDraw.random.parts(rows: all.count, fraction: Self.testShare, seed: seed)
                training.starts = all.indices.filter { parts[$0] == .train }.map { all[$0] }
                test.starts = all.indices.filter { parts[$0] == .test }.map { all[$0] }
            }
            let left = missing.count { $0 }
            if left > 0 { notes.append("\(left) rows are left out, since their target is missing") }
            if let drawn = try draw.split(training.starts) {
                (training.starts, validation) = (drawn.rest, drawn.chosen)
            }
        }
        switch selection.validation {
        case .part(.test):
            validation = test.starts
            try Self.require(validation, "the dataset has no rows to test on")
        case .part(.validation):
            try Self.require(
                validation,
                "the upload named no rows that validate; send {\"split\", \"by\"}, or \"test\""
            )
        case .dataset(let name): try Self.require(validation, "the dataset \"\(name)\" has no row with a target")
        case .split, .fold, nil: break
        }
        validationRows = validation.count
        if case .training = purpose, training.starts.isEmpty {
            throw FaultyInput(Fault(pointer: "/dataset", detail: "no row is left to train on"))
        }
        training.starts += validation
    }

    private static func require(_ rows: [UInt32], _ detail: String) throws(FaultyInput) {
        guard rows.isEmpty else { return }
        throw FaultyInput(Fault(pointer: "/validation", detail: detail))
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
