import JSON
import ModelStore

/// A dataset's columns as a job takes them: the values, and what the upload said of them.
struct DatasetColumns: Sendable {
    /// Where the values are.
    let source: any ColumnSource
    /// Whether the upload said which rows are for what; else the job decides.
    let namesParts: Bool
    /// The columns that are inputs where a job doesn't say.
    let inputs: [String]
    /// The columns that are targets where a job doesn't say.
    let targets: [String]
    /// How many values of each column are missing, by its name.
    let missing: [String: Int]

    /// Opens a stored dataset's columns; nil where its rows have no names.
    ///
    /// - Throws: `StoreError` where the file can't be read or is damaged.
    init?(_ dataset: StoredDataset, in store: Store) throws {
        let schema = try Self.schema(of: dataset)
        func names(_ key: String) -> [String] {
            schema?["defaults"]?[key].flatMap { try? $0.array().map { name in try name.string() } } ?? []
        }
        var missing: [String: Int] = [:]
        for column in schema?["columns"]?.elements.map({ $0 }) ?? [] {
            guard let name = try? column["name"]?.string(), let count = try? column["missing"]?.int() else { continue }
            missing[name] = count
        }
        self.missing = missing
        namesParts = schema?["parts"].map { !$0.isNull } ?? false
        (inputs, targets) = (names("inputs"), names("targets"))
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

    /// What is known of a dataset's columns; nil of one stored before there were any.
    private static func schema(of dataset: StoredDataset) throws -> JSONValue? {
        guard let text = dataset.schema else { return nil }
        do {
            return try JSONDocument(parsing: text).root
        } catch {
            throw StoreError.corrupt("dataset \"\(dataset.name)\": the description of its columns is damaged: \(error)")
        }
    }
}
