import Features
import HTTP
import HTTPTypes
import JSON
import ModelStore

extension DatasetCatalog: Subject {
    static let title = "datasets"

    static let routes: [Route<DatasetCatalog>] = ownRoutes + rowRoutes

    private static let ownRoutes: [Route<DatasetCatalog>] = [
        Route(
            .put,
            "/datasets/{name}",
            "putDataset",
            "Upload a dataset, or another in its place",
            details: "The body is streamed to the disk, apart from JSON, which is held in memory. `If-Match` and "
                + "`If-None-Match` hold against the `sha256` of what has the name.",
            parameters: [datasetName] + uploadParameters + [
                RouteParameter.dryRun, Parameter.ifMatch, Parameter.ifNoneMatch,
            ],
            body: UploadFormat.bodies,
            bodyLimit: .max,
            answers: [
                Answer(
                    200,
                    "the dataset, in place of the one that had the name, or with `dry_run` what would be stored",
                    fields: [Answer.location],
                    contents: [("application/json", .any(of: [.dataset, .datasetPreview]))]
                ),
                .created("the dataset", .dataset),
                .conflict("an unfinished job uses the one of that name, or it comes with the program"),
                .preconditionFailed,
                .problem(415, "the body is of a type that is not taken"),
                .unprocessable,
            ]
        ) { datasets, request in
            let name = try request[datasetName]
            let query = Dictionary(request.query.items.map { ($0.name, $0.value) }) { first, _ in first }
            let parameters = try UploadParameters(query)
            let format = try UploadFormat(of: request)
            try request.requireBody()
            let body = BoundedBody(body: request.body, limit: format.isHeld ? datasets.heldBytes : .max)
            let held = format.isHeld ? try await HeldBody(length: request.knownLength) : nil
            if try request[.dryRun] {
                let preview = try await datasets.rehearse(
                    name,
                    format: format,
                    parameters: parameters,
                    body: body,
                    held: held
                )
                return .json(.ok, preview)
            }
            let (summary, isNew) = try await datasets.put(
                name,
                format: format,
                parameters: parameters,
                body: body,
                held: held
            ) { tag throws(Problem) in try request.checkPreconditions(of: tag) }
            let fields: HTTPFields = [
                .location: "/datasets/\(name)", .eTag: EntityTag(summary.sha256).description,
            ]
            return .json(isNew ? .created : .ok, summary, fields: fields)
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
            parameters: [datasetName, Parameter.ifMatch, Parameter.ifNoneMatch],
            toleratesQuery: true,
            answers: [
                Answer(
                    200,
                    "the dataset",
                    fields: [("ETag", .string.described("The dataset's `sha256`"))],
                    contents: [("application/json", .dataset)]
                ), Answer(304, "the client has it already"), .notFound, .preconditionFailed,
            ]
        ) { datasets, request in
            let summary = DatasetSummary(dataset: try await datasets.find(request[datasetName]))
            let fields: HTTPFields = [.eTag: EntityTag(summary.sha256).description]
            if let answer = Response.unchanged(for: request, tag: EntityTag(summary.sha256), fields: fields) {
                return answer
            }
            return .json(.ok, summary, fields: fields)
        },
        Route(
            .delete,
            "/datasets/{name}",
            "deleteDataset",
            "Remove a dataset",
            parameters: [datasetName, Parameter.ifMatch],
            toleratesQuery: true,
            answers: [
                .noContent(), .notFound, .preconditionFailed,
                .conflict("an unfinished job uses it, or it comes with the program"),
            ]
        ) { datasets, request in
            let name = try request[datasetName]
            guard request[.ifMatch] != nil else {
                try await datasets.delete(name)
                return Response(.noContent)
            }
            try await datasets.delete(name) { tag throws(Problem) in try request.checkPreconditions(of: tag) }
            return Response(.noContent)
        },
    ]

    static let datasetName = RouteParameter.path("name", .name)
}
