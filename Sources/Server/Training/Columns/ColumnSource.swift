import ModelStore

/// Columns of a dataset, whose records are read by number.
protocol ColumnSource: Sendable {
    /// The columns, in the upload's order.
    var columns: [StoredColumn] { get }
    /// How many records there are.
    var records: Int { get }
    /// The records of a part, in the order in which they are used.
    func records(of part: DatasetPart) -> [Int]
    /// The values of a column in some records, in the order asked for.
    func values(column: Int, records: [Int]) throws(StoreError) -> StoredColumnValues
}

extension ColumnFile: ColumnSource {
    func records(of part: DatasetPart) -> [Int] {
        let training = rows(of: .train)
        let validation = rows(of: .validation)
        let range =
            switch part {
            case .train: 0..<training
            case .validation: training..<training + validation
            case .test: training + validation..<order.count
            }
        return order[range].map(Int.init)
    }
}

/// The columns of a dataset whose rows are stored as numbers: those of a row of its inputs, and behind them its targets.
///
/// Records are numbered as in the upload, whatever part they are in, so that windows are of successive ones.
struct RowColumns: ColumnSource {
    let columns: [StoredColumn]
    private let file: DatasetFile
    private let inputWidth: Int
    private let targetKind: StoredColumnKind
    /// The words of the target's classes, where it had words.
    private let words: [String]?

    /// The columns of a file; nil where what its rows say gives no names.
    ///
    /// - Parameters:
    ///   - file: The rows.
    ///   - inputs: The names of the input columns, one a number of a row.
    ///   - targets: The names of the target columns.
    ///   - words: The words of the classes that the one target is; nil for numbers.
    init?(_ file: DatasetFile, inputs: [String], targets: [String], words: [String]?) {
        guard inputs.count == file.inputVolume, targets.count == file.targetVolume else { return nil }
        targetKind = words == nil ? .number : .category
        columns =
            inputs.map { StoredColumn(name: $0, kind: .number) }
            + targets.map { [targetKind] in
                StoredColumn(name: $0, kind: targetKind)
            }
        inputWidth = inputs.count
        self.file = file
        self.words = words
    }

    var records: Int { file.order.count }

    func records(of part: DatasetPart) -> [Int] {
        switch part {
        case .train: file.order[..<file.rows].map(Int.init)
        case .validation: []
        case .test: file.order[file.rows...].map(Int.init)
        }
    }

    func values(column: Int, records: [Int]) throws(StoreError) -> StoredColumnValues {
        var numbers: [Double] = []
        numbers.reserveCapacity(records.count)
        for record in records {
            let number =
                column < inputWidth
                ? try file.inputs(record: record)[column] : try file.targets(record: record)[column - inputWidth]
            numbers.append(Double(number))
        }
        guard column >= inputWidth, let words else { return StoredColumnValues(.numbers(numbers)) }
        return StoredColumnValues(.strings(numbers.map { words[Int($0)] }))
    }
}
