import Features
import HTTP
import JSON

/// What the query of an upload says: how the data are to be read, how its rows are parted, and whether anything is stored.
struct UploadParameters: Sendable {
    /// How rows are parted by the values of a column.
    enum PartColumn: Sendable, Equatable {
        /// It says of each row which part it is in: `?split=`.
        case named(String)
        /// Its classes have the same shares in both parts: `?stratify=`.
        case stratified(String)
        /// Its rows of one value stay in one part: `?group=`.
        case grouped(String)
        /// The last rows by its dates or numbers test: `?split_by_time=`.
        case latest(String)

        /// The parameter and the column that it names.
        var parameter: (name: String, column: String) {
            switch self {
            case .named(let column): ("split", column)
            case .stratified(let column): ("stratify", column)
            case .grouped(let column): ("group", column)
            case .latest(let column): ("split_by_time", column)
            }
        }
    }

    /// How the data are read.
    var options: ImportOptions
    /// How a share is set aside.
    let split: SplitOptions
    /// What the client says of the columns.
    let schema: ColumnSchema
    /// Whether the client says anything of the columns.
    let hasSchema: Bool
    /// How rows are parted by a column; nil where none is named.
    let partColumn: PartColumn?
    /// Whether each line of a text is a row.
    let rowsAreLines: Bool
    /// Whether something was asked for that only rows of numbers have.
    let needsRows: Bool

    /// Whether something was asked for that only typed columns have.
    var needsColumns: Bool { hasSchema || partColumn != nil }

    /// Reads a query, decoded.
    ///
    /// - Throws: `DatasetFormatError.option`, `FaultyInput` or `JSONSyntaxError` for what is not understood.
    init(_ parameters: [String: String]) throws {
        options = try ImportOptions(parameters: parameters)
        split = try SplitOptions(parameters: parameters)
        let text = parameters["schema"]
        hasSchema = text != nil
        if let text {
            do {
                schema = try ColumnSchema(JSONDocument(parsing: Array(text.utf8)).root)
            } catch let error as JSONSyntaxError {
                throw DatasetFormatError.option("schema", "expected a JSON object of columns: \(error)")
            }
        } else {
            schema = ColumnSchema()
        }
        let named = [
            parameters["split"].map(PartColumn.named), parameters["stratify"].map(PartColumn.stratified),
            parameters["group"].map(PartColumn.grouped), parameters["split_by_time"].map(PartColumn.latest),
        ].compactMap { $0 }
        if named.count > 1 {
            throw DatasetFormatError.option(named[1].parameter.name, "does not go with \(named[0].parameter.name)")
        }
        partColumn = named.first
        if case .named = named.first, split.namesParts {
            throw DatasetFormatError.option(
                "split",
                "does not go with test_split or split_seed: the column says it all"
            )
        }
        switch parameters["rows"] {
        case nil: rowsAreLines = false
        case "lines": rowsAreLines = true
        case let text?: throw DatasetFormatError.option("rows", "expected lines, found \"\(text)\"")
        }
        needsRows = parameters["shape"] != nil || parameters["target_kind"] != nil
    }
}
