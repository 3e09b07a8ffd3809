import Features
import HTTP
import JSON
import ModelStore

extension DatasetCatalog {
    /// Names separated by commas, none of them empty.
    private static let columnNames = Schema.string(matching: "^ *[^ ,][^,]*(, *[^ ,][^,]*)*$")

    /// What `UploadParameters` reads.
    static let uploadParameters: [Parameter] = [
        Parameter(
            "target",
            in: .query,
            columnNames,
            "CSV: the columns to predict, separated by commas, or as a JSON array; else the last one"
        ),
        Parameter("columns", in: .query, columnNames, "CSV: the input columns, in that order"),
        Parameter(
            "shape",
            in: .query,
            .string(matching: "^ *[1-9][0-9]{0,8} *(, *[1-9][0-9]{0,8} *)*$"),
            "The extents of one input, as in `8,8,1`"
        ),
        Parameter(
            "window",
            in: .query,
            .integer(ImportOptions.seriesCounts),
            "CSV: makes a series of windows of so many records"
        ),
        Parameter(
            "horizon",
            in: .query,
            .integer(ImportOptions.seriesCounts).defaulting(to: ImportOptions.Series.standardHorizon),
            "Series: how many records after a window are its target; needs `window`"
        ),
        Parameter(
            "stride",
            in: .query,
            .integer(ImportOptions.seriesCounts).defaulting(to: ImportOptions.Series.standardStride),
            "Series: how many records further the next window begins; needs `window`"
        ),
        Parameter(
            "target_kind",
            in: .query,
            .oneOf(TargetSummary.Kind.allCases.map(\.rawValue)),
            "What the targets are, where the data leave it open"
        ),
        Parameter(
            "test_split",
            in: .query,
            .number(0..<1).defaulting(to: SplitOptions.standardFraction),
            "The share of rows that is set aside for testing"
        ),
        Parameter(
            "split_seed",
            in: .query,
            .integer(0...JSONValue.exactIntegers.upperBound).defaulting(to: SplitOptions.standardSeed)
        ),
        Parameter(
            "schema",
            in: .query,
            .object(),
            "What columns are, in place of what would be found out: `{\"age\": {\"type\": \"number\"}, \"id\": "
                + "{\"ignore\": true}, \"when\": {\"type\": \"date\", \"format\": \"dd.MM.yyyy\"}, \"missing\": "
                + "[\"-999\"]}`",
            isJSON: true
        ),
        Parameter("split", in: .query, .queryText, "A column that says `train`, `validation` or `test` of each row"),
        Parameter("stratify", in: .query, .queryText, "A column whose classes have the same shares in both parts"),
        Parameter("group", in: .query, .queryText, "A column whose rows of one value stay in one part"),
        Parameter("split_by_time", in: .query, .queryText, "A column by which the last rows are set aside"),
        Parameter("rows", in: .query, .constant("lines"), "A text: each line is a row"),
    ]
}
