import Features
import ModelStore

/// A dataset's columns as a job takes them: the values, and what the upload said of them.
struct DatasetColumns: Sendable {
    /// Where the values are.
    private(set) var source: any ColumnSource
    /// Whether the upload said which rows are for what; else the job decides.
    let namesParts: Bool
    /// The columns that are inputs where a job doesn't say.
    let inputs: [String]
    /// The columns that are targets where a job doesn't say.
    let targets: [String]
    /// How many values of each column are missing, by its name.
    private(set) var missing: [String: Int]

    /// How rows are made of successive records where a job doesn't say; nil where a row is a record.
    let window: ColumnSelection.Window?

    /// Opens a stored dataset's columns; nil where its rows have no names.
    ///
    /// - Throws: `StoreError` where the file can't be read or is damaged.
    init?(_ dataset: StoredDataset, in store: Store) throws {
        let schema = DatasetSchema(of: dataset)
        missing = Dictionary(schema.columns.map { ($0.name, $0.missing ?? 0) }) { first, _ in first }
        namesParts = schema.namesParts
        (inputs, targets) = (schema.defaults.inputs, schema.defaults.targets)
        window = schema.defaults.series.map { series in
            ColumnSelection.Window(steps: series.window, horizons: Array(1...series.horizon), stride: series.stride)
        }
        switch dataset.form {
        case .columns: source = try store.datasets.openColumns(dataset.name)
        case .rows:
            let layout = try RowLayout(dataset)
            guard layout.targets.count == 1,
                let rows = RowColumns(
                    try store.datasets.open(dataset.name),
                    inputs: inputs,
                    targets: targets,
                    words: layout.targets[0].labels
                )
            else { return nil }
            source = rows
        }
    }

    /// Whether a column has no value in any row.
    func isEmpty(_ column: Int) -> Bool {
        source.records > 0 && missing[source.columns[column].name] == source.records
    }

    /// These columns, their texts in pieces that a model takes as a whole; the same where it doesn't go on from texts.
    func pieced(_ target: Int, for front: FrontGraph?) throws(StoreError) -> DatasetColumns {
        guard window == nil, let pieces = try TextPieces(source, target: target, front) else { return self }
        var pieced = self
        pieced.source = pieces
        return pieced
    }

    /// These columns with the rows of others behind them, which validate.
    func joined(_ other: DatasetColumns, named name: String) -> DatasetColumns {
        var joined = self
        joined.source = JoinedColumns(source, other.source, named: name)
        joined.missing = missing.merging(other.missing) { $0 + $1 }
        return joined
    }
}
