import HTTP
import HTTPTypes
import JSON
import ModelStore

extension DatasetCatalog: Subject {
    static let title = "datasets"

    static let routes: [Route<DatasetCatalog>] = [
        Route(
            .put,
            "/datasets/{name}",
            "putDataset",
            "Upload a dataset, or another in its place",
            details: "The body is streamed to the disk, apart from JSON, which is held in memory.",
            parameters: [datasetName] + uploadParameters,
            body: UploadFormat.bodies,
            bodyLimit: .max,
            answers: [
                Answer(
                    200,
                    "the dataset, in place of the one that had the name",
                    fields: [Answer.location],
                    contents: [("application/json", .dataset)]
                ),
                .created("the dataset", .dataset),
                .conflict("an unfinished job uses the one of that name, or it comes with the program"),
                .problem(415, "the body is of a type that is not taken"),
                .unprocessable,
            ]
        ) { datasets, request in
            let name = try request[datasetName]
            let parameters = Dictionary(request.query.items.map { ($0.name, $0.value) }) { first, _ in first }
            let format = try UploadFormat(of: request)
            try request.requireBody()
            let (summary, isNew) = try await datasets.put(
                name,
                format: format,
                parameters: parameters,
                body: BoundedBody(body: request.body, limit: format.isHeld ? datasets.heldBytes : .max),
                held: format.isHeld ? try await HeldBody(length: request.knownLength) : nil
            )
            return .json(isNew ? .created : .ok, summary, fields: [.location: "/datasets/\(name)"])
        },
        Route(
            .get,
            "/datasets",
            "listDatasets",
            "All datasets by name",
            answers: [.ok("the datasets", .list("datasets", of: .dataset))]
        ) { datasets, _ in
            .json(.ok, JSONList("datasets", try await datasets.list().map { DatasetSummary(dataset: $0) }))
        },
        Route(
            .get,
            "/datasets/{name}",
            "findDataset",
            "One dataset",
            parameters: [datasetName],
            toleratesQuery: true,
            answers: [.ok("the dataset", .dataset), .notFound]
        ) { datasets, request in
            .json(.ok, DatasetSummary(dataset: try await datasets.find(request[datasetName])))
        },
        Route(
            .delete,
            "/datasets/{name}",
            "deleteDataset",
            "Remove a dataset",
            parameters: [datasetName],
            toleratesQuery: true,
            answers: [
                .noContent(), .notFound, .conflict("an unfinished job uses it, or it comes with the program"),
            ]
        ) { datasets, request in
            try await datasets.delete(request[datasetName])
            return Response(.noContent)
        },
    ]

    private static let datasetName = RouteParameter.path("name", .name)

    /// Names separated by commas, none of them empty.
    private static let columnNames = Schema.string(matching: "^ *[^ ,][^,]*(, *[^ ,][^,]*)*$")

    /// What `ImportOptions` and `SplitOptions` read.
    private static let uploadParameters: [Parameter] = [
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
    ]
}
