import Features
import ModelStore

/// Turns a table of typed columns into what is stored of it.
struct ColumnStorage {
    private let table: TypedTable
    private let parameters: UploadParameters
    private let defaults: DatasetSchema.Defaults
    private var plan: PartPlan
    private var counts: [ColumnCount]

    /// What has become of a table's rows.
    struct Outcome {
        let schema: DatasetSchema
        let description: DatasetDescription
        let parts: [DatasetPart]?
        let rows: Int
        /// The first rows, as clients see them.
        let firstRows: [RowDocument]
    }

    /// How many of the first rows a client is shown that only wants to see what would be stored.
    static let shownRows = 20

    /// - Throws: `DatasetFormatError.option` for a parameter that does not fit the table.
    init(_ table: TypedTable, _ parameters: UploadParameters) throws(DatasetFormatError) {
        guard !table.columns.isEmpty else {
            throw .content(place: "", "no column is left to store, since all are ignored or number the rows")
        }
        (self.table, self.parameters) = (table, parameters)
        plan = try PartPlan(table, parameters)
        defaults = try Self.defaults(table, parameters.options, except: plan.column)
        counts = table.columns.enumerated().map { index, column in
            ColumnCount(column.type, words: table.wordCounts(ofColumn: index, limit: ColumnCount.mostWords))
        }
    }

    /// The columns as the store calls them.
    var columns: [StoredColumn] {
        table.columns.map { StoredColumn(name: $0.name, kind: StoredColumnKind($0.type), shape: $0.shape) }
    }

    /// Goes over all rows.
    ///
    /// - Parameter take: Takes each block of values; nothing to count alone.
    /// - Returns: What there is to know of them.
    /// - Throws: `DatasetFormatError`, `SpoolError`, or what `take` throws.
    mutating func run(_ take: ([StoredColumnValues]) throws -> Void = { _ in }) throws -> Outcome {
        var first: [RowDocument] = []
        var rows = 0
        var (plan, counts) = (plan, counts)
        try table.forEachBlock { block in
            try plan.add(block)
            ColumnCount.add(block, to: &counts)
            try refuseInfinite(block, counts, first: rows)
            if first.count < Self.shownRows {
                first += shown(block, rows: 0..<min(Self.shownRows - first.count, block.first?.count ?? 0), first: rows)
            }
            rows += block.first?.count ?? 0
            try take(block.map(StoredColumnValues.init))
        }
        let facts = zip(table.columns, counts).enumerated().map { index, column in
            column.1.facts(of: column.0, isSplit: index == plan.column)
        }
        let schema = DatasetSchema(
            columns: facts,
            namesParts: plan.namesParts,
            format: table.format,
            notes: table.notes,
            defaults: defaults
        )
        let target = target(counts)
        let parts = try plan.parts()
        let firstRows = first.map { row in
            let values = zip(row.values, facts).map { cell, facts in
                if case .instant(let instant, _) = cell.value {
                    return (name: cell.name, value: CellValue.instant(instant, facts.instantForm))
                }
                return cell
            }
            return RowDocument(row: row.row, part: plan.namesParts ? parts?[row.row] : nil, values: values)
        }
        return Outcome(
            schema: schema,
            description: DatasetDescription(
                kind: kind,
                inputShape: inputShape,
                targetShape: target.shape,
                target: target.jsonText,
                columns: defaults.inputs.jsonText,
                split: .given,
                schema: schema.jsonText
            ),
            parts: parts,
            rows: rows,
            firstRows: firstRows
        )
    }

    /// Refuses numbers that no 32-bit float comes near, in which networks compute.
    private func refuseInfinite(
        _ block: [ColumnValues],
        _ counts: [ColumnCount],
        first: Int
    ) throws(DatasetFormatError) {
        for (index, values) in block.enumerated() {
            let row: Int?
            switch values.content {
            case .numbers(let numbers) where counts[index].isBeyondFloats:
                row = numbers.firstIndex { $0.magnitude > Double(Float.greatestFiniteMagnitude) }
            case .arrays(let numbers, let shape):
                row = numbers.firstIndex(where: \.isInfinite).map { $0 / max(shape.reduce(1, *), 1) }
            default: row = nil
            }
            guard let row else { continue }
            throw .content(
                place: "record \(first + row + 1), column \"\(table.columns[index].name)\"",
                "expected a finite number, found one that is infinite or past ±3.4e38; leave it empty if it is missing"
            )
        }
    }

    private func shown(_ block: [ColumnValues], rows: Range<Int>, first: Int) -> [RowDocument] {
        rows.map { row in
            let values = zip(table.columns, block).map { column, values in
                (name: column.name, value: CellValue(StoredColumnValues(values), row, Instant.Form(), path: nil))
            }
            return RowDocument(row: first + row, part: nil, values: values)
        }
    }

    // MARK: What is learned of what

    private static func defaults(
        _ table: TypedTable,
        _ options: ImportOptions,
        except split: Int?
    ) throws(DatasetFormatError) -> DatasetSchema.Defaults {
        let usable = table.columns.enumerated().filter { $0.offset != split }.map(\.element)
        func require(_ names: [String], _ parameter: String) throws(DatasetFormatError) {
            let all = Set(usable.map { Array($0.name.utf8) })
            for name in names where !all.contains(Array(name.utf8)) {
                let known = usable.map(\.name).joined(separator: ", ")
                throw .option(parameter, "unknown column \"\(name)\". Known: \(known)")
            }
        }
        try require(options.target ?? [], "target")
        try require(options.columns ?? [], "columns")
        var defaults = DatasetSchema.Defaults()
        defaults.series = options.series
        defaults.targetKind = options.targetKind
        // What only names the rows is no target; a lone column is what a generator learns.
        let learnable = usable.filter { !$0.isIdentifier }
        defaults.targets =
            options.target ?? (usable.count > 1 ? [(learnable.last ?? usable[usable.count - 1]).name] : [])
        func isTarget(_ column: TypedColumn) -> Bool {
            defaults.targets.contains { $0.utf8.elementsEqual(column.name.utf8) }
        }
        let others = learnable.filter { !isTarget($0) }.map(\.name)
        defaults.inputs =
            options.columns
            ?? (options.series != nil
                ? defaults.targets : others.isEmpty ? usable.filter { !isTarget($0) }.map(\.name) : others)
        if defaults.inputs.isEmpty { defaults.inputs = usable.map(\.name) }
        return defaults
    }

    private func index(_ name: String) -> Int? {
        table.columns.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// What the default targets are, by the rules for tables of numbers.
    private func target(_ counts: [ColumnCount]) -> TargetSummary {
        guard defaults.targets.count == 1, let index = index(defaults.targets[0]) else {
            return .values(shape: [max(defaults.targets.count, 1)])
        }
        let (column, count) = (table.columns[index], counts[index])
        switch column.type {
        case .category, .boolean: return count.labels.map { .classes($0.count, labels: $0) } ?? .values(shape: [1])
        case .integer: return count.classes.map { .classes($0) } ?? .values(shape: [1])
        case .array: return .values(shape: column.shape)
        default: return .values(shape: [1])
        }
    }

    private var inputs: [TypedColumn] {
        let columns = Dictionary(table.columns.map { (Array($0.name.utf8), $0) }) { first, _ in first }
        return defaults.inputs.compactMap { columns[Array($0.utf8)] }
    }

    private var inputShape: [Int] {
        let inputs = inputs
        if let series = defaults.series { return [series.window, inputs.count] }
        return inputs.count == 1 && inputs[0].type == .array ? inputs[0].shape : [inputs.count]
    }

    private var kind: String {
        if defaults.series != nil { return "series" }
        let types = inputs.map(\.type)
        if types.contains(.image) { return "images" }
        if types.contains(.sound) { return "sounds" }
        if types == [.text] { return "text" }
        return types.allSatisfy { $0 == .array } ? "arrays" : "table"
    }
}

extension StoredColumnKind {
    /// The kind as which the values of a type are stored.
    init(_ type: ColumnType) {
        self =
            switch type {
            case .number: .number
            case .integer: .integer
            case .boolean: .boolean
            case .category: .category
            case .text: .text
            case .date: .date
            case .array: .array
            case .image: .image
            case .sound: .sound
            }
    }
}

extension StoredColumnValues {
    /// The values of a table as the store calls them.
    init(_ values: ColumnValues) {
        let content: Content =
            switch values.content {
            case .numbers(let values): .numbers(values)
            case .integers(let values): .integers(values)
            case .booleans(let values): .booleans(values)
            case .dates(let values): .dates(values)
            case .strings(let values): .strings(values)
            case .arrays(let values, let shape): .arrays(values, shape: shape)
            case .files(let values): .files(values)
            }
        self.init(content, missing: values.missing)
    }
}
