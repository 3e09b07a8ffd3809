import Features
import HTTP
import HTTPTypes
import ModelStore

/// The format of an upload.
enum UploadFormat: Sendable {
    /// A table of text, of which the client says these things.
    case csv(TableText)
    /// `application/json`, `{"x": […], "y": […]}`.
    case json
    /// `multipart/form-data` with files for `x` and `y`; the whole `Content-Type`, which has the boundary.
    case multipart(contentType: String)
    /// A file whose first bytes say what it is: NPZ, NPY, IDX, another archive, JSON, or else a table.
    case file(TableUploadOptions.Form?)
    /// What only becomes columns: a text, or records of JSON, one a line.
    case table(TableUploadOptions.Form, TextEncoding?)

    /// What the media type of a table says beside its name.
    struct TableText: Sendable {
        var separator: UInt8?
        var hasHeader: Bool?
        var encoding: TextEncoding?
    }

    /// The bodies that are taken, for the description.
    static let bodies: [(mediaType: String, schema: Schema?)] = [
        ("text/csv", .string),
        ("text/tab-separated-values", .string),
        (
            "multipart/form-data",
            Schema.map(of: content).described(
                "`x` and `y`, perhaps `x_test` and `y_test`: IDX or NPY; or a part a column: IDX, NPY, NPZ or CSV; or a `table` "
                    + "with a column `file_name` beside the files that it names. A part `schema` is JSON as in the query. Each "
                    + "perhaps gzip"
            )
        ),
        ("application/json", .inlineData),
        ("application/x-ndjson", .string.described("An object a line")),
        ("application/zip", content.described("Folders of pictures or sounds, or arrays")),
        ("text/plain", .string.described("A text, which is one row, or with `rows=lines` a row a line")),
        ("application/x-npz", content),
        ("application/x-npy", content),
        ("application/octet-stream", content.described("NPZ, NPY or CSV, perhaps gzip, told by its first bytes")),
    ]

    private static let content = Schema([("contentMediaType", "application/octet-stream")])

    /// Names under which clients send tables too: browsers on Windows, older programs.
    private static let tables = ["text/csv", "text/tab-separated-values", "application/csv", "text/x-csv", excel]
    private static let excel = "application/vnd.ms-excel"

    /// Names that say no more than that there is a file; the last is what `curl --data-binary` sends.
    private static let files = [
        "application/octet-stream", "application/gzip", "application/x-gzip", "application/x-www-form-urlencoded",
    ]
    private static let arrays = ["application/x-npz", "application/x-npy"]
    private static let archives = ["application/zip", "application/x-zip-compressed", "application/x-zip"]
    private static let lines = [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines",
        "application/x-jsonlines", "application/json-lines",
    ]

    /// The format that a request names.
    ///
    /// - Throws: A `Problem` with 415 where it names none that is known.
    init(of request: Request) throws {
        switch request.mediaType {
        case let type? where Self.tables.contains(type): self = .csv(try Self.text(of: request, type))
        case "application/json": self = .json
        case "multipart/form-data": self = .multipart(contentType: request[.contentType] ?? "")
        case let type? where Self.archives.contains(type): self = .file(.zip)
        case let type? where Self.arrays.contains(type): self = .file(.array)
        case let type? where Self.lines.contains(type): self = .table(.jsonLines, nil)
        case "text/plain": self = .table(.text, try Self.text(of: request, "text/plain").encoding)
        case let type where type.map(Self.files.contains) ?? true: self = .file(nil)
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

    /// Whether it may become rows of numbers.
    var canBeRows: Bool {
        if case .table = self { false } else { true }
    }

    /// How it is read as a table of typed columns; of a form, how its parts are.
    func table(_ parameters: UploadParameters) -> TableUploadOptions {
        var options = TableUploadOptions()
        options.rowsAreLines = parameters.rowsAreLines
        switch self {
        case .csv(let text):
            options.form = .csv
            (options.separator, options.hasHeader, options.encoding) = (text.separator, text.hasHeader, text.encoding)
        case .json: options.form = .json
        case .file(let form): options.form = form
        case .table(let form, let encoding): (options.form, options.encoding) = (form, encoding)
        case .multipart: break
        }
        return options
    }

    /// Whether the whole body is held in memory.
    var isHeld: Bool {
        if case .json = self { true } else { false }
    }

    /// What the parameters of a table's media type say: `charset` and `header` (RFC 4180).
    private static func text(of request: Request, _ type: String) throws(Problem) -> TableText {
        var text = TableText()
        if type == "text/tab-separated-values" { text.separator = 0x09 }
        text.encoding = try request.textEncoding()
        if let header = request.mediaTypeParameter("header") {
            switch header.lowercased() {
            case "present": text.hasHeader = true
            case "absent": text.hasHeader = false
            default:
                throw Problem(
                    .unsupportedMediaType,
                    detail: "Content-Type: expected header=present or header=absent, found \"\(header)\""
                )
            }
        }
        return text
    }
}

extension Request {
    /// The encoding that the media type's `charset` names; nil where it names none.
    ///
    /// - Throws: A 415 `Problem` for one that isn't known.
    func textEncoding() throws(Problem) -> TextEncoding? {
        guard let name = mediaTypeParameter("charset") else { return nil }
        guard let encoding = TextEncoding(named: name) else {
            let known = TextEncoding.names.joined(separator: ", ")
            throw Problem(.unsupportedMediaType, detail: "Content-Type: unknown charset \"\(name)\". Known: \(known)")
        }
        return encoding
    }
}
