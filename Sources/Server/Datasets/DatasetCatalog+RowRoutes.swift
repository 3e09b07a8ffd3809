import Features
import HTTP
import HTTPTypes
import ModelStore

extension DatasetCatalog {
    /// Routes that read the rows of a dataset.
    static let rowRoutes: [Route<DatasetCatalog>] = [
        Route(
            .get,
            "/datasets/{name}/rows",
            "listRows",
            "A page of rows in the file's order",
            details: "A page ends early where its values take more than 8 MiB.",
            parameters: [datasetName, offset, limit, columns, part],
            answers: [.ok("the page", .rowPage), .notFound]
        ) { datasets, request in
            let page = try await datasets.rows(
                of: request[datasetName],
                offset: request[offset],
                limit: request[limit],
                columns: request[columns],
                part: request[part]
            )
            return .json(.ok, page)
        },
        Route(
            .get,
            "/datasets/{name}/columns/{column}",
            "readHistogram",
            "How the values of a column are spread",
            parameters: [datasetName, column, bins],
            answers: [.ok("the histogram", .histogram), .notFound]
        ) { datasets, request in
            .json(
                .ok,
                try await datasets.histogram(of: request[column], in: request[datasetName], bins: request[bins])
            )
        },
        Route(
            .get,
            "/datasets/{name}/rows/{row}/{column}",
            "readFile",
            "The picture or recording of a row, as it came",
            parameters: [datasetName, row, column],
            toleratesQuery: true,
            answers: [
                Answer(
                    200,
                    "the file, of the media type that its first bytes show",
                    contents: [("image/*", nil), ("audio/*", nil), ("application/octet-stream", nil)]
                ),
                .notFound,
            ]
        ) { datasets, request in
            let (bytes, mediaType) = try await datasets.file(
                of: request[datasetName],
                row: request[row],
                column: request[column]
            )
            return Response(.ok, bytes: bytes, contentType: mediaType)
        },
    ]

    private static let offset = RouteParameter.query("offset", 0...Int(UInt32.max), default: 0, "The first row")
    private static let limit = RouteParameter.query("limit", 1...1000, default: 100)
    private static let bins = RouteParameter.query(
        "bins",
        1...1000,
        default: 20,
        "How many bins, or of words how many of the most frequent"
    )
    private static let column = RouteParameter.path("column", .string, "The column's name")
    private static let row = RouteParameter<Int>(
        Parameter("row", in: .path, .integer(0...), "The row's number in the file")
    ) { text in
        guard let row = text.flatMap(Int.init), row >= 0 else {
            throw Problem(.notFound, detail: "there is no row \"\(text ?? "")\"")
        }
        return row
    }
    private static let columns = RouteParameter<[String]?>.optionalQuery(
        "columns",
        .string,
        "The columns, separated by commas; else all"
    ) { text in
        try ImportOptions(parameters: ["columns": text]).columns ?? []
    }
    private static let part = RouteParameter<DatasetPart?>.optionalQuery(
        "part",
        .oneOf(DatasetPart.allCases.map(\.rawValue)),
        "Only rows of this part"
    ) { text in
        guard let part = DatasetPart(rawValue: text) else {
            let known = DatasetPart.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badRequest, detail: "query parameter \"part\": expected one of \(known), found \"\(text)\"")
        }
        return part
    }
}
