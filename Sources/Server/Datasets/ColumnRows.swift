import ModelStore

/// Rows of a dataset of typed columns.
struct ColumnRows: RowValues {
    private let file: ColumnFile
    private let name: String

    init(_ file: ColumnFile, _ name: String) {
        (self.file, self.name) = (file, name)
    }

    var records: Int { file.records }

    func cells(of column: ColumnFacts, records: [Int]) throws -> [CellValue] {
        guard let index = file.index(of: column.name) else { return records.map { _ in .missing } }
        let values = try file.values(column: index, records: records)
        return records.indices.map { row in
            let path = "/datasets/\(name)/rows/\(records[row])/\(FileMediaType.segment(column.name))"
            return CellValue(values, row, column.instantForm, path: path)
        }
    }

    func forEach(of column: ColumnFacts, _ take: (CellValue) -> Void) throws {
        guard let index = file.index(of: column.name) else { return }
        for block in 0..<file.blocks {
            let values = try file.values(column: index, block: block)
            for row in 0..<values.count { take(CellValue(values, row, column.instantForm, path: nil)) }
        }
    }

    func file(of column: ColumnFacts, record: Int) throws -> [UInt8]? {
        guard let index = file.index(of: column.name), file.columns[index].kind.isFile else { return nil }
        let bytes = try file.file(column: index, record: record)
        return bytes.isEmpty ? nil : bytes
    }

    func order(of part: DatasetPart) -> ArraySlice<UInt32> {
        let (train, validation) = (file.rows(of: .train), file.rows(of: .validation))
        return switch part {
        case .train: file.order[..<train]
        case .validation: file.order[train..<train + validation]
        case .test: file.order[(train + validation)...]
        }
    }
}
