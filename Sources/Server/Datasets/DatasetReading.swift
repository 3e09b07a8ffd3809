import Features
import JSON
import ModelStore

/// A stored dataset that is read row by row, whichever way its values lie.
struct DatasetReading {
    let dataset: StoredDataset
    let schema: DatasetSchema
    private let values: any RowValues

    /// How many bytes of unpacked values are kept: those of the blocks in which a page may lie.
    private static let cacheBytes = 16 << 20

    /// Opens a dataset; throws `StoreError.notFound`, and `.corrupt` for a damaged one.
    init(_ name: String, in store: Store) throws {
        let dataset = try store.datasets.find(name)
        (self.dataset, schema) = (dataset, DatasetSchema(of: dataset))
        values =
            switch dataset.form {
            case .rows: NumberRows(try store.datasets.open(name), dataset, schema)
            case .columns:
                ColumnRows(try store.datasets.openColumns(name, verifying: .blocks, cacheBytes: Self.cacheBytes), name)
            }
    }

    /// Rows in the file's order.
    ///
    /// - Parameters:
    ///   - offset: The first row, counted in the part if one is asked for.
    ///   - limit: How many rows at most.
    ///   - columns: The columns; nil for all.
    ///   - part: Only rows of this part; nil for all.
    /// - Returns: The rows.
    /// - Throws: `DatasetFormatError.option` for a column that isn't there, `StoreError` where values are damaged.
    func page(offset: Int, limit: Int, columns: [String]?, part: DatasetPart?) throws -> RowPage {
        let wanted = try columns?.map { name in try column(name, parameter: "columns") } ?? schema.columns
        let total = part.map { values.order(of: $0).count } ?? values.records
        let range = min(offset, total)..<min(offset + limit, total)
        let records =
            part.map { values.order(of: $0).dropFirst(range.lowerBound).prefix(range.count).map(Int.init) }
            ?? Array(range)
        let parts = schema.namesParts ? values.parts(of: records) : nil
        // As many rows at a time as an answer could have room for if they were large.
        var rows: [RowDocument] = []
        var bytes = 0
        for start in stride(from: 0, to: records.count, by: 64) {
            let some = Array(records[start..<min(start + 64, records.count)])
            let cells = try wanted.map { column in try values.cells(of: column, records: some) }
            for (place, record) in some.enumerated() {
                let row = zip(wanted, cells).map { column, cells in (name: column.name, value: cells[place]) }
                bytes += row.reduce(0) { $0 + $1.value.size }
                if bytes > RowPage.mostBytes, !rows.isEmpty {
                    return RowPage(rows: rows, total: total, next: range.lowerBound + rows.count)
                }
                rows.append(RowDocument(row: record, part: parts?[start + place], values: row))
            }
        }
        return RowPage(rows: rows, total: total, next: range.upperBound < total ? range.upperBound : nil)
    }

    /// How the values of a column are spread.
    ///
    /// - Throws: `MissingReferences` for a column that isn't there, `StoreError` where values are damaged.
    func histogram(of name: String, bins: Int) throws -> ColumnHistogram {
        guard let column = schema.column(name) else { throw missing(name) }
        return try ColumnHistogram(of: column, bins: bins) { take in
            try values.forEach(of: column, take)
        }
    }

    /// The picture or recording of a row, and its media type.
    ///
    /// - Throws: `StoreError.notFound` where there is no such row, column or value.
    func file(row: Int, column name: String) throws -> (bytes: [UInt8], mediaType: String) {
        guard let column = schema.column(name) else { throw missing(name) }
        guard row >= 0, row < values.records else {
            throw StoreError.notFound("dataset \"\(dataset.name)\": there is no row \(row), it has \(values.records)")
        }
        guard let file = try values.file(of: column, record: row) else {
            throw StoreError.notFound(
                "dataset \"\(dataset.name)\", column \"\(name)\": row \(row) has no picture and no recording"
            )
        }
        return (file, FileMediaType.of(file))
    }

    private func column(_ name: String, parameter: String) throws(DatasetFormatError) -> ColumnFacts {
        guard let column = schema.column(name) else {
            throw .option(parameter, "unknown column \"\(name)\". Known: \(known)")
        }
        return column
    }

    private var known: String { schema.columns.map(\.name).joined(separator: ", ") }

    private func missing(_ name: String) -> StoreError {
        .notFound("dataset \"\(dataset.name)\": it has no column \"\(name)\". Known: \(known)")
    }
}

/// Where the values of rows come from.
protocol RowValues {
    /// How many rows there are in all parts.
    var records: Int { get }

    /// The records of a part, in order.
    func order(of part: DatasetPart) -> ArraySlice<UInt32>

    /// The values of a column in some records.
    func cells(of column: ColumnFacts, records: [Int]) throws -> [CellValue]

    /// Gives the values of a column in all records, in order.
    func forEach(of column: ColumnFacts, _ take: (CellValue) -> Void) throws

    /// The bytes of a picture or recording; nil where there is none.
    func file(of column: ColumnFacts, record: Int) throws -> [UInt8]?
}

extension RowValues {
    /// The part of each of some records.
    func parts(of records: [Int]) -> [DatasetPart] {
        let parts = DatasetPart.allCases.map { part in
            // Within a part, records follow one another as they came.
            (part, order(of: part))
        }
        return records.map { record in
            parts.first { _, order in Self.contains(order, UInt32(record)) }?.0 ?? .train
        }
    }

    private static func contains(_ order: ArraySlice<UInt32>, _ record: UInt32) -> Bool {
        var (low, high) = (order.startIndex, order.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < record { low = middle + 1 } else { high = middle }
        }
        return low < order.endIndex && order[low] == record
    }
}
