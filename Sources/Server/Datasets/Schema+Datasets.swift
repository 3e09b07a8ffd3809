import Features
import ModelStore

extension Schema {
    /// A stored dataset.
    static let dataset = Schema.object(
        datasetMembers + [
            .required("bytes", .integer(0...)), .required("sha256", .string(matching: "^[0-9a-f]{64}$")),
            .required("built_in", .boolean), .required("created_at", .time),
        ]
    ).named("Dataset")

    /// What an upload would be stored as.
    static let datasetPreview = Schema.object(
        datasetMembers + [.required("first_rows", .array(of: row).described("At most 20"))]
    ).named("DatasetPreview")

    private static let datasetMembers: [Member] = [
        .required("name", .name), .required("kind", .string), .required("rows", .integer(0...)),
        .required("test_rows", .integer(0...)),
        .required(
            "parts",
            .any(of: [
                .object([
                    .required("train", .integer(0...)), .required("validation", .integer(0...)),
                    .required("test", .integer(0...)),
                ]), .null,
            ]).described("The rows of each part; null where the upload named none")
        ),
        .required("input_shape", .shape),
        .required(
            "target",
            .object([
                .required("kind", .oneOf(TargetSummary.Kind.allCases.map(\.rawValue))),
                .optional("classes", .integer(0...)), .optional("labels", .array(of: .string)),
                .required("shape", .shape),
                .optional("gap", .integer(1...)),
            ])
        ),
        .required("columns", .array(of: column)),
        .optional(
            "defaults",
            .object([
                .required("inputs", .array(of: .string)), .required("targets", .array(of: .string)),
                .optional(
                    "window",
                    .object([
                        .required("steps", .integer(1...)), .required("horizon", .integer(1...)),
                        .required("stride", .integer(1...)),
                    ])
                ),
                .optional("target_kind", .oneOf(TargetSummary.Kind.allCases.map(\.rawValue))),
            ]).described("What a job takes where it names nothing else")
        ),
        .optional(
            "format",
            .object([
                .required("separator", .string), .required("decimal", .oneOf([".", ","])),
                .required("header", .oneOf(["present", "absent"])), .required("encoding", .string),
            ]).described("What was recognised of a table")
        ),
        .optional(
            "notes",
            .array(of: .string).described("What was decided where it was doubtful")
        ),
    ]

    private static let bound = Schema.any(of: [.number, .string])

    private static let category = Schema.object([.required("value", .string), .required("count", .integer(0...))])

    /// A column of a dataset.
    private static let column = Schema.object([
        .required("name", .string), .required("type", .oneOf(ColumnType.allCases.map(\.rawValue))),
        .optional("missing", .integer(0...)), .optional("distinct", .integer(0...)), .optional("min", bound),
        .optional("max", bound), .optional("mean", .number), .optional("std", .number),
        .optional("categories", .array(of: category).described("At most 100, those with the most rows")),
        .optional("shape", Schema.shape.described("Of pictures and recordings where all have the same")),
        .optional("sample_rate", .integer(1...)),
        .optional("format", .string.described("How dates were written")), .optional("zone", .boolean),
        .optional("time", .boolean.described("Whether a date has a time of day")),
        .optional("identifier", .boolean.described("It only names or counts the rows")),
        .optional("split", .boolean.described("It says which part a row is in")),
    ]).named("Column")

    /// A row of a dataset.
    private static let row = Schema.object([
        .required("row", .integer(0...)), .required("part", .any(of: [.string, .null])),
        .required("values", .object().described("By column; of a picture or a recording where it is")),
    ]).named("DatasetRow")

    /// Some rows of a dataset.
    static let rowPage = Schema.object([
        .required("rows", .array(of: row)), .required("total", .integer(0...)),
        .required("next", .any(of: [.integer(0...), .null]).described("The `offset` of the next page")),
    ]).named("RowPage")

    /// How the values of a column are spread.
    static let histogram = Schema.object([
        .required("name", .string), .required("type", .string), .required("missing", .integer(0...)),
        .required("of", .oneOf(["value", "length", "bytes"])),
        .optional(
            "bins",
            .array(of: .object([.required("from", bound), .required("to", bound), .required("count", .integer(0...))]))
        ),
        .optional("categories", .array(of: category)),
    ]).named("Histogram")

    /// Rows that come inside a request.
    static let inlineData = Schema.object([
        .required("x", .rows), .required("y", .rows), .optional("sample_weight", .sampleWeights),
    ]).named("InlineData")

    private static let sampleWeights = Schema.array(of: .any(of: [.number(0...), .array(of: .anything)]))
        .described("A number a row, or one for each of its steps")

    /// Rows, or an object of the rows of each input or output by name.
    private static let rows = Schema.any(of: [.array(of: .anything, count: 1...Int.max), .object()])
}
