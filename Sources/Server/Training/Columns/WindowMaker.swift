import JSON
import ModelStore

/// Makes windows over the records of one series or several.
///
/// A window belongs to the part in which its targets lie. Windows to learn from end before that part begins: none of their
/// records, inputs or targets, is one that validates or tests; a window that tests may look back at what was learned from.
struct WindowMaker {
    let source: any ColumnSource
    let window: ColumnSelection.Window
    /// Whether the upload said which records test; else the last fifth of each group does.
    let namesParts: Bool
    /// The records whose target is missing.
    let isMissing: [Bool]
    /// The records that only validate; nil where a share of each group's windows does.
    var isHeld: [Bool]?
    /// The first record of another dataset, whose records all validate; nil for none.
    var firstOther: Int?
    /// What the windows are for.
    var purpose = RowChoice.Purpose.training

    private static let testShare = 0.2

    /// The windows of each part.
    struct Windows {
        var training: RowSequence
        var test: RowSequence
        var validation: [UInt32]
        var notes: [String]
    }

    /// Makes the windows.
    ///
    /// - Parameter validationShare: The share of each group's windows to learn from, the last ones, that validates instead.
    /// - Returns: The windows of each part.
    /// - Throws: `FaultyInput` for columns that aren't there, doubled times, or where there is no window.
    func windows(validationShare: Double) throws -> Windows {
        let groups = try groups()
        let (least, greatest) = (window.horizons.min() ?? 1, window.horizons.max() ?? 1)
        let reach = window.steps + greatest
        let parts = purpose.isWhole ? nil : partOfRecords()
        let testShare = purpose.isWhole ? 0 : Self.testShare
        var records: [UInt32] = []
        var (training, validation, test): ([UInt32], [UInt32], [UInt32]) = ([], [], [])
        var (short, holes) = (0, 0)
        for group in groups {
            let base = records.count
            records += group.map(UInt32.init)
            guard group.count >= reach else {
                short += 1
                continue
            }
            let border = group.count - Int((Double(group.count) * testShare).rounded(.up))
            var learned: [Int] = []
            for start in stride(from: 0, through: group.count - reach, by: window.stride) {
                let targets = window.horizons.map { start + window.steps - 1 + $0 }
                if targets.contains(where: { isMissing[group[$0]] }) {
                    holes += 1
                    continue
                }
                let part: DatasetPart?
                if let firstOther, group[0] >= firstOther {
                    part = .validation
                } else if let parts {
                    let own = parts[group[targets[0]]]
                    let agree = targets.allSatisfy { parts[group[$0]] == own }
                    let isClean =
                        own != .train || (start..<start + window.steps).allSatisfy { parts[group[$0]] == .train }
                    part = agree && isClean ? own : nil
                } else if start + window.steps - 1 + least >= border {
                    part = .test
                } else {
                    part = start + window.steps - 1 + greatest < border ? .train : nil
                }
                switch part {
                case .train:
                    guard let isHeld else {
                        learned.append(start)
                        continue
                    }
                    let touched = Array(start..<start + window.steps) + targets
                    let held = touched.count { isHeld[group[$0]] }
                    if held == 0 {
                        learned.append(start)
                    } else if held == touched.count {
                        validation.append(UInt32(base + start))
                    }
                case .validation:
                    // What the request chooses takes the place of what the upload named.
                    if validationShare == 0, isHeld == nil { validation.append(UInt32(base + start)) }
                case .test: test.append(UInt32(base + start))
                case nil: break
                }
            }
            let held = Int((Double(learned.count) * validationShare).rounded(.down))
            if held > 0 {
                let first = learned[learned.count - held]
                validation += learned.suffix(held).map { UInt32(base + $0) }
                learned = learned.dropLast(held).filter { $0 + greatest < first + least }
            }
            training += learned.map { UInt32(base + $0) }
        }
        let isEnough: Bool =
            switch purpose {
            case .training: !training.isEmpty
            case .evaluation: !training.isEmpty || !test.isEmpty || !validation.isEmpty
            }
        guard isEnough else {
            let detail =
                "a window of \(window.steps) steps and a horizon of \(greatest) takes \(reach) successive records, and "
                + "\(groups.count == 1 ? "the series has \(groups[0].count)" : "no group has enough") to learn from"
            throw FaultyInput(Fault(pointer: "/window", detail: detail))
        }
        var notes: [String] = []
        if short > 0 { notes.append("\(short) groups give no window, since they have fewer than \(reach) records") }
        if holes > 0 { notes.append("\(holes) windows are left out, since a target is missing") }
        let offsets = window.horizons.map { window.steps - 1 + $0 }
        let sequence = RowSequence(records: records, starts: [], steps: window.steps, targetOffsets: offsets)
        return Windows(
            training: sequence.with(starts: training),
            test: sequence.with(starts: test),
            validation: validation,
            notes: notes
        )
    }

    private func partOfRecords() -> [DatasetPart]? {
        guard namesParts else { return nil }
        var parts = [DatasetPart](repeating: .train, count: source.records)
        for part in [DatasetPart.validation, .test] {
            for record in source.records(of: part) { parts[record] = part }
        }
        return parts
    }

    /// The records of each group, in order.
    private func groups() throws -> [[Int]] {
        let all = Array(0..<source.records)
        let border = firstOther ?? all.count
        var groups = [Array(all[..<border]), Array(all[border...])].filter { !$0.isEmpty }
        if let name = window.group {
            let cells = try cells(of: name, at: "/window/group_by")
            var places: [String: Int] = [:]
            groups = []
            for record in all {
                // The same group in another dataset is a series of its own.
                let word = (record < border ? "0" : "1") + cells.word(record)
                if let place = places[word] {
                    groups[place].append(record)
                } else {
                    places[word] = groups.count
                    groups.append([record])
                }
            }
        }
        guard let name = window.order else { return groups }
        let values = try values(of: name, at: "/window/order_by")
        return try groups.map { group in try Self.ordered(group, by: values, name: name) }
    }

    private static func ordered(_ group: [Int], by values: StoredColumnValues, name: String) throws -> [Int] {
        if let record = group.first(where: { values.isMissing($0) }) {
            let detail = "the column \"\(name)\" has no value in row \(record), so its place in the series isn't known"
            throw FaultyInput(Fault(pointer: "/window/order_by", detail: detail))
        }
        func sorted<Key: Comparable>(_ keys: [Key]) throws -> [Int] {
            let order = group.sorted { (keys[$0], $0) < (keys[$1], $1) }
            for (one, next) in zip(order, order.dropFirst()) where keys[one] == keys[next] {
                let detail =
                    "rows \(one) and \(next) have the same value in \"\(name)\"; name the column of their series in group_by"
                throw FaultyInput(Fault(pointer: "/window/order_by", detail: detail))
            }
            return order
        }
        return switch values.content {
        case .numbers(let keys): try sorted(keys)
        case .integers(let keys), .dates(let keys): try sorted(keys)
        case .strings(let keys): try sorted(keys)
        case .booleans, .arrays, .files:
            throw FaultyInput(Fault(pointer: "/window/order_by", detail: "the column \"\(name)\" has no order"))
        }
    }

    private func cells(of name: String, at pointer: String) throws -> ColumnCells {
        ColumnCells(try values(of: name, at: pointer))
    }

    private func values(of name: String, at pointer: String) throws -> StoredColumnValues {
        guard let place = source.columns.firstIndex(where: { $0.name == name }) else {
            let known = source.columns.map(\.name)
            throw FaultyInput(Fault(pointer: pointer, detail: Suggestion.unknown("column", name, known: known)))
        }
        return try source.values(column: place, records: Array(0..<source.records))
    }
}
