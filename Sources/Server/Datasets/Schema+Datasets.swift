import Features
import ModelStore

extension Schema {
    /// A stored dataset.
    static let dataset = Schema.object([
        .required("name", .name), .required("kind", .string), .required("rows", .integer(0...)),
        .required("test_rows", .integer(0...)), .required("input_shape", .shape),
        .required(
            "target",
            .object([
                .required("kind", .oneOf(TargetSummary.Kind.allCases.map(\.rawValue))),
                .optional("classes", .integer(0...)), .optional("labels", .array(of: .string)),
                .required("shape", .shape),
                .optional("gap", .integer(1...)),
            ])
        ),
        .optional("columns", .array(of: .string)), .required("bytes", .integer(0...)),
        .required("sha256", .string(matching: "^[0-9a-f]{64}$")), .required("built_in", .boolean),
        .required("created_at", .time),
        .optional(
            "format",
            .object([
                .required("separator", .string), .required("decimal", .oneOf([".", ","])),
                .required("header", .oneOf(["present", "absent"])), .required("encoding", .string),
            ]).described("What was recognised of a table, in the answer to its upload")
        ),
        .optional(
            "notes",
            .array(of: .string).described("What was decided where it was doubtful, in the answer to an upload")
        ),
    ]).named("Dataset")

    /// Rows that come inside a request.
    static let inlineData = Schema.object([
        .required("x", .rows), .required("y", .rows), .optional("sample_weight", .sampleWeights),
    ]).named("InlineData")

    private static let sampleWeights = Schema.array(of: .any(of: [.number(0...), .array(of: .anything)]))
        .described("A number a row, or one for each of its steps")

    /// Rows, or an object of the rows of each input or output by name.
    private static let rows = Schema.any(of: [.array(of: .anything, count: 1...Int.max), .object()])
}
