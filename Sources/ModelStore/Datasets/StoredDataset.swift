import SQL

/// A dataset as it lies in the store, without its values.
public struct StoredDataset: Equatable, Sendable {
    /// How its values lie in its file.
    public enum Form: String, Sendable {
        /// Rows of numbers, inputs and targets.
        case rows
        /// Typed columns.
        case columns
    }

    /// The name, unique in the store.
    public let name: String
    /// The kind, such as `table`, `images` or `series`; a word of the caller's.
    public let kind: String
    /// How many rows are for training.
    public let rows: Int
    /// How many rows are for validation.
    public let validationRows: Int
    /// How many rows are set aside for testing.
    public let testRows: Int
    /// How the values lie in the file.
    public let form: Form
    /// What is known of typed columns, as a JSON text; nil for what was stored before there were any.
    public let schema: String?
    /// The extents of one input, without the batch.
    public let inputShape: [Int]
    /// The extents of one target; empty for one number.
    public let targetShape: [Int]
    /// What the targets are, as a JSON object.
    public let target: String
    /// The names of the columns as a JSON array, where the data had names.
    public let columns: String?
    /// The size of the file.
    public let bytes: Int
    /// The SHA-256 of the file, 64 hexadecimal digits.
    public let sha256: String
    /// Whether it comes with the program, so that it can't be replaced or deleted.
    public let isBuiltIn: Bool
    /// When it was stored.
    public let createdAt: Timestamp
    let file: String

    /// Reads a row; throws `.corrupt` where it is damaged, with the name under which it was looked for.
    init(row: Row, as wanted: String? = nil) throws {
        try RowChecksum.datasets.verify(
            row,
            Self.label(wanted ?? (try? row.value("name")) ?? "?"),
            remedy: Self.remedy(isBuiltIn: (try? row.value("built_in")) ?? false)
        )
        name = try row.value("name")
        kind = try row.value("kind")
        rows = try row.value("rows")
        validationRows = try row.value("validation_rows")
        testRows = try row.value("test_rows")
        guard let form = Form(rawValue: try row.value("form")) else {
            throw StoreError.corrupt("dataset \"\(name)\": its values lie in a form that this program doesn't know")
        }
        self.form = form
        schema = try row.value("schema")
        guard let inputShape = ShapeText.shape(try row.value("input_shape")),
            let targetShape = ShapeText.shape(try row.value("target_shape"))
        else {
            throw StoreError.corrupt("dataset \"\(name)\": its stored shapes can't be read")
        }
        self.inputShape = inputShape
        self.targetShape = targetShape
        target = try row.value("target")
        columns = try row.value("columns")
        bytes = try row.value("bytes")
        sha256 = try row.value("sha256")
        isBuiltIn = try row.value("built_in")
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
        file = try row.value("file")
    }

    /// What it is called in errors.
    var label: String { Self.label(name) }

    /// What can be done where it is damaged.
    var remedy: String { Self.remedy(isBuiltIn: isBuiltIn) }

    private static func label(_ name: String) -> String { "dataset \(NameRule.quoted(name))" }

    private static func remedy(isBuiltIn: Bool) -> String {
        isBuiltIn
            ? "remove it by \"trainyard check --repair\" and start again, which puts it back"
            : "upload the dataset again"
    }
}

/// The parts of a dataset.
public enum DatasetPart: String, Sendable, CaseIterable {
    /// The rows that a job trains on.
    case train
    /// The rows by which a job chooses and stops; only datasets of typed columns have some.
    case validation
    /// The rows set aside, which no job trains on.
    case test
}
