import Features
import ModelStore

/// Finds out which part each row of a table is in, while its blocks go by.
struct PartPlan {
    private enum Rule {
        /// All rows are for training until a job decides.
        case none
        /// A share is drawn.
        case random
        /// A column says it.
        case named(Int)
        case stratified(Int)
        case grouped(Int)
        case latest(Int)
    }

    private let rule: Rule
    private let split: SplitOptions
    private let given: [DatasetPart]?
    private var rows = 0
    private var named: [DatasetPart] = []
    private var kinds: [Int] = []
    private var numbers: [ColumnCount.Word: Int] = [:]
    private var times: [Int64?] = []

    /// - Throws: `DatasetFormatError.option` for a column that isn't there or does not fit.
    init(_ table: TypedTable, _ parameters: UploadParameters) throws(DatasetFormatError) {
        split = parameters.split
        given = table.parts.map { parts in
            parts.map { part in
                switch part {
                case .train: .train
                case .validation: .validation
                case .test: .test
                }
            }
        }
        guard let wanted = parameters.partColumn else {
            if given != nil, split.namesParts {
                throw .option("test_split", "does not go with parts of the upload's own")
            }
            rule = split.namesParts ? .random : .none
            return
        }
        let (parameter, name) = wanted.parameter
        if given != nil { throw .option(parameter, "does not go with parts of the upload's own") }
        guard let index = table.columns.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            let known = table.columns.map(\.name).joined(separator: ", ")
            throw .option(parameter, "unknown column \"\(name)\". Known: \(known)")
        }
        let type = table.columns[index].type
        func require(_ types: [ColumnType]) throws(DatasetFormatError) {
            guard !types.contains(type) else { return }
            let allowed = types.map(\.rawValue).joined(separator: ", ")
            throw .option(parameter, "expected a column of type \(allowed), found \"\(name)\" of type \(type.rawValue)")
        }
        switch wanted {
        case .named:
            try require([.category, .text])
            rule = .named(index)
        case .stratified:
            try require([.category, .boolean, .integer])
            rule = .stratified(index)
        case .grouped:
            try require([.category, .text, .boolean, .integer, .number, .date])
            rule = .grouped(index)
        case .latest:
            try require([.date, .integer, .number])
            rule = .latest(index)
        }
    }

    /// The column that says which part a row is in, which is no feature; nil where none does.
    var column: Int? {
        if case .named(let index) = rule { index } else { nil }
    }

    /// Whether the upload says which rows are for what.
    var namesParts: Bool {
        if case .none = rule { given != nil } else { true }
    }

    /// Takes the values of the next rows.
    ///
    /// - Throws: `DatasetFormatError.content` for a word that is no part.
    mutating func add(_ block: [ColumnValues]) throws(DatasetFormatError) {
        let count = block.first?.count ?? 0
        switch rule {
        case .none, .random: break
        case .named(let index): try addNames(block[index])
        case .stratified(let index), .grouped(let index):
            for row in 0..<count {
                guard let word = Self.word(block[index], row) else {
                    // Missing values are a class of their own, and groups of one row each.
                    if case .grouped = rule { kinds.append(-2 - kinds.count) } else { kinds.append(-1) }
                    continue
                }
                let next = numbers.count
                kinds.append(numbers[word, default: next])
                numbers[word] = kinds.last
            }
        case .latest(let index):
            for row in 0..<count { times.append(Self.time(block[index], row)) }
        }
        rows += count
    }

    /// The part of each row; nil where the upload says nothing of them.
    ///
    /// - Throws: `StoreError.invalid` where no row is left to train on.
    func parts() throws(StoreError) -> [DatasetPart]? {
        switch rule {
        case .none: given
        case .random: try split.parts(of: rows, by: .random)
        case .named: named
        case .stratified: try split.parts(of: rows, by: .stratified(kinds))
        case .grouped: try split.parts(of: rows, by: .grouped(kinds))
        case .latest: try split.parts(of: rows, by: .latest(times))
        }
    }

    private static let words: [String: DatasetPart] = [
        "train": .train, "training": .train, "validation": .validation, "valid": .validation, "val": .validation,
        "dev": .validation, "test": .test, "testing": .test,
    ]

    private mutating func addNames(_ values: ColumnValues) throws(DatasetFormatError) {
        guard case .strings(let texts) = values.content else { return }
        for (row, text) in texts.enumerated() {
            let isMissing = values.missing?[row] == true
            guard !isMissing, let part = Self.words[text.lowercased()] else {
                let found = isMissing ? "nothing" : "\"\(text)\""
                throw .content(
                    place: "row \(rows + row + 1), split",
                    "expected train, validation or test, found \(found)"
                )
            }
            named.append(part)
        }
    }

    private static func word(_ values: ColumnValues, _ row: Int) -> ColumnCount.Word? {
        guard values.missing?[row] != true else { return nil }
        let text: String =
            switch values.content {
            case .strings(let texts): texts[row]
            case .integers(let integers), .dates(let integers): String(integers[row])
            case .booleans(let truths): String(truths[row])
            case .numbers(let numbers): String(numbers[row].bitPattern)
            case .arrays, .files: ""
            }
        return ColumnCount.Word(text: text)
    }

    /// A time that has the order of the values: a number's bits, so turned that greater ones are greater integers.
    private static func time(_ values: ColumnValues, _ row: Int) -> Int64? {
        guard values.missing?[row] != true else { return nil }
        switch values.content {
        case .integers(let integers), .dates(let integers): return integers[row]
        case .numbers(let numbers):
            let bits = Int64(bitPattern: numbers[row].bitPattern)
            return bits < 0 ? bits ^ .max : bits
        default: return nil
        }
    }
}
