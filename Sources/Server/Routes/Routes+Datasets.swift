import HTTP
import HTTPTypes
import ModelStore

extension Routes {
    /// Datasets: uploaded, listed, looked at, removed.
    static func addDatasets(to router: inout Router, _ datasets: DatasetCatalog, _ limits: BodyLimits) {
        router.put("/datasets/{name}", bodyLimit: .max) { request in
            try request.query.check(known: ImportOptions.parameterNames + SplitOptions.parameterNames)
            let name = try request.parameters.require("name")
            let parameters = Dictionary(request.query.items.map { ($0.name, $0.value) }) { first, _ in first }
            let format = try UploadFormat(of: request)
            try request.requireBody()
            let (dataset, isNew) = try await datasets.put(
                name,
                format: format,
                parameters: parameters,
                body: BoundedBody(body: request.body, limit: format.isHeld ? limits.held : .max)
            )
            let location: HTTPFields = [.location: "/datasets/\(name)"]
            return .json(isNew ? .created : .ok, DatasetSummary(dataset: dataset), fields: location)
        }
        router.get("/datasets") { request in
            try request.query.check(known: [])
            return .json(.ok, JSONList("datasets", try await datasets.list().map(DatasetSummary.init)))
        }
        router.get("/datasets/{name}") { request in
            .json(.ok, DatasetSummary(dataset: try await datasets.find(request.parameters.require("name"))))
        }
        router.delete("/datasets/{name}") { request in
            try await datasets.delete(request.parameters.require("name"))
            return Response(.noContent)
        }
    }
}

extension UploadFormat {
    /// The format that a request names.
    ///
    /// - Throws: A `Problem` with 415 where it names none that is known.
    fileprivate init(of request: Request) throws {
        switch request.mediaType {
        case "text/csv": self = .csv
        case "application/json": self = .json
        case "multipart/form-data": self = .multipart(contentType: request[.contentType] ?? "")
        case let other:
            let known = "text/csv, application/json, multipart/form-data"
            throw Problem(
                .unsupportedMediaType,
                detail: "Content-Type: expected one of \(known), found \(other ?? "none"); curl takes "
                    + "-H 'Content-Type: text/csv'",
                fields: [.accept: known]
            )
        }
    }

    /// Whether the whole body is held in memory.
    fileprivate var isHeld: Bool {
        if case .json = self { true } else { false }
    }
}
