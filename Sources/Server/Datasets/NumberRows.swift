import Features
import JSON
import ModelStore

/// Rows of a dataset of numbers alone: inputs and targets.
struct NumberRows: RowValues {
    /// Where the values of a column lie in a row.
    private enum Place {
        /// One number of the inputs.
        case input(Int)
        /// One column of each record of a window.
        case steps(Int, of: Int, count: Int)
        /// All inputs.
        case inputs
        /// One number of the targets.
        case target(Int)
        /// All targets.
        case targets
    }

    private let file: DatasetFile
    private let places: [[UInt8]: Place]
    /// The word of each class; nil where targets are numbers.
    private let labels: [String]?

    init(_ file: DatasetFile, _ dataset: StoredDataset, _ schema: DatasetSchema) {
        self.file = file
        let target = try? JSONDocument(parsing: Array(dataset.target.utf8)).root
        let words = target?["labels"]?.elements.compactMap { try? $0.string() }
        labels = words.flatMap { $0.isEmpty ? nil : $0 }
        let names = schema.defaults.inputs
        var places: [[UInt8]: Place] = [:]
        for (index, name) in schema.defaults.targets.enumerated() {
            let isOnly = schema.defaults.targets.count == 1 || schema.defaults.targets.count != dataset.targetShape.last
            places[Array(name.utf8)] = isOnly ? .targets : .target(index)
        }
        for (index, name) in names.enumerated() {
            places[Array(name.utf8)] =
                if dataset.columns == nil || names.count != dataset.inputShape.last {
                    .inputs
                } else if dataset.inputShape.count == 2 {
                    .steps(index, of: names.count, count: dataset.inputShape[0])
                } else {
                    .input(index)
                }
        }
        self.places = places
    }

    var records: Int { file.order.count }

    func cells(of column: ColumnFacts, records: [Int]) throws -> [CellValue] {
        guard let place = places[Array(column.name.utf8)] else { return records.map { _ in .missing } }
        return try records.map { record in
            switch place {
            case .input(let index): number(try file.inputs(record: record)[index], column)
            case .steps(let index, let width, let count):
                try steps(file.inputs(record: record), index, width, count)
            case .inputs: .array(try file.inputs(record: record)[...], shape: file.inputShape)
            case .target(let index): number(try file.targets(record: record)[index], column)
            case .targets: targets(try file.targets(record: record), column)
            }
        }
    }

    func forEach(of column: ColumnFacts, _ take: (CellValue) -> Void) throws {
        for record in 0..<records { try cells(of: column, records: [record]).forEach(take) }
    }

    func file(of column: ColumnFacts, record: Int) throws -> [UInt8]? { nil }

    private func steps(_ inputs: [Float], _ index: Int, _ width: Int, _ count: Int) -> CellValue {
        .array((0..<count).map { inputs[$0 * width + index] }[...], shape: [count])
    }

    private func targets(_ values: [Float], _ column: ColumnFacts) -> CellValue {
        guard values.count == 1 else { return .array(values[...], shape: file.targetShape) }
        if let labels, let index = Int(exactly: values[0]), labels.indices.contains(index) {
            return column.type == .boolean ? .truth(labels[index].lowercased() == "true") : .text(labels[index])
        }
        return number(values[0], column)
    }

    private func number(_ value: Float, _ column: ColumnFacts) -> CellValue {
        switch column.type {
        case .integer: Int64(exactly: value).map { .integer($0) } ?? .number(decimal(value))
        case .boolean: .truth(value != 0)
        default: .number(decimal(value))
        }
    }

    /// The number whose shortest decimal is that of a 32-bit one: 0.1 stays 0.1.
    private func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

    func order(of part: DatasetPart) -> ArraySlice<UInt32> {
        switch part {
        case .train: file.order[..<file.rows]
        case .validation: []
        case .test: file.order[file.rows...]
        }
    }
}
