import Features
import JSON

/// Records of cells as rows of a model's inputs: each cell an input, or all cells one input of numbers.
struct CellInstances {
    private let inputs: [RawInput]
    /// For each input the places of its cells.
    private let places: [[Int]]
    /// The names of the columns; nil where there is no header.
    private let names: [String]?
    private let hasDecimalComma: Bool
    /// The records below the header.
    let records: [[String]]
    /// What was left out.
    private(set) var notes: [String] = []

    /// Finds the cells of each input: by the header's names, or by their order where there is none.
    ///
    /// - Parameters:
    ///   - inputs: What the model takes.
    ///   - table: The records.
    ///   - hasHeader: Whether the first one has names; nil to tell by the names of the inputs.
    /// - Throws: `FaultyInput` where there is no record, or none of the columns is an input.
    init(_ inputs: [RawInput], _ table: CellRecords, hasHeader: Bool?) throws(FaultyInput) {
        self.inputs = inputs
        let isHeader = hasHeader ?? table.records.first.map { Self.areNames($0, of: inputs) } ?? false
        names = isHeader ? table.records.first : nil
        records = isHeader ? Array(table.records.dropFirst()) : table.records
        guard !records.isEmpty else {
            throw Self.fault(
                isHeader
                    ? "the table has names of columns and no record to predict; send a record below them"
                    : "the table has no record to predict; send a record a line, perhaps below the names of the columns"
            )
        }
        // Where cells stand between semicolons, numbers may have a decimal comma.
        hasDecimalComma = table.separator == UInt8(ascii: ";") && !records.joined().contains { Self.hasPoint($0) }
        if let names, inputs.count > 1 || names.contains(inputs[0].name) {
            places = inputs.map { input in names.firstIndex(of: input.name).map { [$0] } ?? [] }
            let extra = names.filter { name in !name.isEmpty && !inputs.contains { $0.name == name } }
            if !extra.isEmpty { notes.append("left out: \(extra.map { "\"\($0)\"" }.joined(separator: ", "))") }
            if places.allSatisfy(\.isEmpty) {
                let wanted = inputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
                throw Self.fault("no column of the header is an input; expected \(wanted)")
            }
            for (input, places) in zip(inputs, places) where places.isEmpty {
                notes.append("there is no column \"\(input.name)\", which counts as missing")
            }
        } else if inputs.count == 1 {
            places = [Array(0..<(records.map(\.count).max() ?? 0))]
        } else {
            places = inputs.indices.map { [$0] }
        }
    }

    private static func fault(_ detail: String) -> FaultyInput { FaultyInput(Fault(pointer: "", detail: detail)) }

    private static func hasPoint(_ cell: String) -> Bool { cell.contains(".") && Float(cell) != nil }

    /// Whether a first record holds names: one is an input's, or words stand where all inputs take numbers.
    private static func areNames(_ cells: [String], of inputs: [RawInput]) -> Bool {
        if cells.contains(where: { cell in inputs.contains { $0.name == cell } }) { return true }
        guard inputs.contains(where: { $0.kind != .string }) else { return false }
        return cells.allSatisfy { cell in
            Float(cell.replacing(",", with: ".")) == nil && !CellRecords.isMissing(cell, amongWords: false)
        }
    }

    /// The values of the inputs of a record.
    func row(_ row: Int) throws(Fault) -> [FrontValue] {
        let record = records[row]
        let wanted = names?.count ?? (inputs.count > 1 ? inputs.count : nil)
        if let wanted, wanted != record.count {
            let reason = names == nil ? "one for each input" : "as in the header"
            throw Fault(
                pointer: "",
                detail: "record \(row + 1): expected \(wanted) cells, \(reason), found \(record.count)"
            )
        }
        var values: [FrontValue] = []
        for (input, places) in zip(inputs, places) {
            let cells = places.filter { $0 < record.count }
            if cells.isEmpty, let missing = input.missing {
                values.append(missing)
            } else {
                values.append(try value(input, cells, of: record, row))
            }
        }
        return values
    }

    private func value(_ input: RawInput, _ cells: [Int], of record: [String], _ row: Int) throws(Fault) -> FrontValue {
        guard input.kind != .image, input.kind != .audio else {
            throw Fault(
                pointer: "",
                detail: "the input \"\(input.name)\" takes \(input.kind.rawValue), which no table holds; send the file"
            )
        }
        if let volume = input.type.volume, volume != cells.count {
            let what = input.kind == .string ? "words; a text that has a separator stands in quotes" : "numbers"
            throw Fault(
                pointer: "",
                detail: "record \(row + 1): the input \"\(input.name)\" takes \(volume) \(what); found \(cells.count)"
            )
        }
        let shape = input.shape.contains(nil) ? [cells.count] : input.shape.compactMap { $0 }
        if input.kind == .string { return FrontValue(.strings(cells.map { Self.word(record[$0]) }), shape) }
        var numbers: [Float] = []
        for cell in cells {
            let text = hasDecimalComma ? record[cell].replacing(",", with: ".") : record[cell]
            let column = names.map { "column \"\($0[cell])\"" } ?? "column \(cell + 1)"
            numbers.append(try Self.number(text, "record \(row + 1), \(column)"))
        }
        return FrontValue(.floats(numbers), shape)
    }

    /// A cell as a word, empty where it is missing.
    private static func word(_ cell: String) -> String { CellRecords.isMissing(cell, amongWords: true) ? "" : cell }

    /// A cell as a number, NaN where it is missing; true and false are 1 and 0, a date is days since 1970.
    ///
    /// - Throws: `Fault` for words, with the place of the cell.
    static func number(_ cell: String, _ place: String) throws(Fault) -> Float {
        if CellRecords.isMissing(cell, amongWords: false) { return .nan }
        switch cell.lowercased() {
        case "true": return 1
        case "false": return 0
        default: break
        }
        guard let number = Float(cell) ?? CalendarDays.number(of: cell) else {
            throw Fault(
                pointer: "",
                detail: "\(place): expected a number, or nothing for a missing one, found \"\(cell)\""
            )
        }
        return number
    }
}
