import HTTP
import HTTPTypes

/// The format of an upload.
enum UploadFormat: Sendable {
    /// `text/csv`.
    case csv
    /// `application/json`, `{"x": […], "y": […]}`.
    case json
    /// `multipart/form-data` with files for `x` and `y`; the whole `Content-Type`, which has the boundary.
    case multipart(contentType: String)

    /// The bodies that are taken, for the description.
    static let bodies: [(mediaType: String, schema: Schema?)] = [
        ("text/csv", .string),
        (
            "multipart/form-data",
            .object([
                .required("x", file.described("IDX or NPY, perhaps gzip")), .required("y", file),
                .optional("x_test", file), .optional("y_test", file),
            ])
        ),
        ("application/json", .inlineData),
    ]

    private static let file = Schema([("contentMediaType", "application/octet-stream")])

    /// The format that a request names.
    ///
    /// - Throws: A `Problem` with 415 where it names none that is known.
    init(of request: Request) throws {
        switch request.mediaType {
        case "text/csv": self = .csv
        case "application/json": self = .json
        case "multipart/form-data": self = .multipart(contentType: request[.contentType] ?? "")
        case let other:
            let known = Self.bodies.map(\.mediaType).joined(separator: ", ")
            throw Problem(
                .unsupportedMediaType,
                detail: "Content-Type: expected one of \(known), found \(other ?? "none"); curl takes "
                    + "-H 'Content-Type: text/csv'",
                fields: [.accept: known]
            )
        }
    }

    /// Whether the whole body is held in memory.
    var isHeld: Bool {
        if case .json = self { true } else { false }
    }
}
