import Features
import JSON
import ModelStore
import NN

/// Finds out what target columns are: classes with words, classes by number, or values.
struct TargetFinder {
    let source: any ColumnSource
    /// How far behind a window's end targets lie; nil without windows.
    let horizons: [Int]?
    /// Whether a row's targets are a sequence, a step a record.
    var isSequence = false

    /// The most classes that there may be.
    private static let mostClasses = 65_536
    /// The most classes that whole numbers are taken for.
    private static let mostNumbered = 1000
    private static let pieceRecords = 65_536

    /// What columns are to an output.
    ///
    /// - Throws: `FaultyInput` for columns that can't be learned.
    func target(of columns: [Int]) throws -> ColumnTarget {
        let found = columns.map { source.columns[$0] }
        for column in found where column.kind == .image || column.kind == .sound {
            throw FaultyInput(
                Fault(
                    pointer: "/targets",
                    detail: "the column \"\(column.name)\" holds \(column.kind.words), which can't be targets"
                )
            )
        }
        guard columns.count == 1 else {
            for column in found where ![.number, .integer, .boolean].contains(column.kind) {
                let detail =
                    "several targets of one output are numbers, and \"\(column.name)\" holds \(column.kind.words)"
                throw FaultyInput(Fault(pointer: "/targets", detail: detail))
            }
            let width = columns.count * (horizons?.count ?? 1)
            return values(columns, shape: isSequence ? [horizons?.count ?? 1, columns.count] : [width])
        }
        switch found[0].kind {
        case .category, .text: return try words(columns[0], of: found[0].name)
        case .boolean: return classes(columns, ["false", "true"])
        case .integer where horizons == nil:
            guard let count = try numbered(columns[0]) else { return values(columns, shape: [1]) }
            let stored = StoredTarget(classes: count, labels: nil, shape: [], gap: 0)
            return ColumnTarget(columns: columns, stored: stored, classes: nil, horizons: horizons)
        case .array: return values(columns, shape: Shape(several + found[0].shape))
        case .integer, .number, .date, .image, .sound: return values(columns, shape: [horizons?.count ?? 1])
        }
    }

    /// The extent of several horizons; none where there is one.
    private var several: [Int] {
        guard let horizons, horizons.count > 1 || isSequence else { return [] }
        return [horizons.count]
    }

    /// What a target's numbers look like in some records.
    func look(of target: ColumnTarget, records: [Int]) throws -> TargetLook {
        guard target.classes == nil, !records.isEmpty else { return .unknown }
        let cells = try target.columns.map { ColumnCells(try source.values(column: $0, records: records)) }
        let each = max(target.horizons?.count ?? 1, 1)
        var numbers = [Float](repeating: 0, count: records.count / each * target.width)
        numbers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for row in 0..<records.count / each {
                target.write(cells, from: row * each, to: base + row * target.width)
            }
        }
        return TargetLook(of: numbers, shape: target.stored.shape)
    }

    private func values(_ columns: [Int], shape: Shape) -> ColumnTarget {
        let stored = StoredTarget(classes: nil, labels: nil, shape: shape, gap: 0)
        return ColumnTarget(columns: columns, stored: stored, classes: nil, horizons: horizons)
    }

    private func classes(_ columns: [Int], _ words: [String]) -> ColumnTarget {
        let stored = StoredTarget(classes: words.count, labels: words, shape: Shape(several), gap: 0)
        let numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
        return ColumnTarget(columns: columns, stored: stored, classes: numbers, horizons: horizons)
    }

    /// Words are classes in the order of their bytes, those of all parts, as scikit-learn's `LabelEncoder` numbers them.
    private func words(_ column: Int, of name: String) throws -> ColumnTarget {
        var words: Set<String> = []
        try forEachPiece { records in
            let cells = ColumnCells(try source.values(column: column, records: records))
            for row in records.indices where !cells.isMissing(row) { words.insert(cells.word(row)) }
            guard words.count <= Self.mostClasses else {
                let detail =
                    "the column \"\(name)\" has more than \(Self.mostClasses) different words, too many for classes"
                throw FaultyInput(Fault(pointer: "/targets", detail: detail))
            }
        }
        return classes([column], words.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    /// A text as its characters, numbered from 1 in the order of their code points: what the loss `ctc` learns.
    ///
    /// - Throws: `FaultyInput` for windows, of which each would be several texts.
    func characters(of column: Int) throws -> ColumnTarget {
        guard horizons == nil else {
            throw FaultyInput(
                Fault(pointer: "/window", detail: "a text is a target of its own record, not of a window")
            )
        }
        var (known, length) = (Set<Unicode.Scalar>(), 1)
        try forEachPiece { records in
            let cells = ColumnCells(try source.values(column: column, records: records))
            for row in records.indices where !cells.isMissing(row) {
                let scalars = cells.word(row).unicodeScalars
                known.formUnion(scalars)
                length = max(length, scalars.count)
            }
        }
        let words = [""] + known.sorted().map { String($0) }
        let stored = StoredTarget(classes: words.count, labels: words, shape: [length], gap: 0)
        let numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
        var target = ColumnTarget(columns: [column], stored: stored, classes: numbers, horizons: nil)
        target.isSpelled = true
        return target
    }

    /// How many classes whole numbers are: 0 to k − 1, each there, some more than once; nil where they are values.
    private func numbered(_ column: Int) throws -> Int? {
        var seen: Set<Int> = []
        var count = 0
        var isOver = false
        try forEachPiece { records in
            guard !isOver else { return }
            let cells = ColumnCells(try source.values(column: column, records: records))
            for row in records.indices where !cells.isMissing(row) {
                guard let number = cells.integer(row), (0..<Self.mostNumbered).contains(number) else {
                    isOver = true
                    return
                }
                seen.insert(number)
                count += 1
            }
        }
        guard !isOver, let greatest = seen.max(), greatest + 1 == seen.count, seen.count >= 2, seen.count < count else {
            return nil
        }
        return seen.count
    }

    private func forEachPiece(_ body: ([Int]) throws -> Void) throws {
        for begin in stride(from: 0, to: source.records, by: Self.pieceRecords) {
            try body(Array(begin..<min(begin + Self.pieceRecords, source.records)))
        }
    }
}
