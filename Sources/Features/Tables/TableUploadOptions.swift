/// What a client says of an upload that becomes a table.
public struct TableUploadOptions: Sendable, Equatable {
    /// The form of an upload.
    public enum Form: Sendable, Equatable {
        /// Text with separators between cells.
        case csv
        /// One JSON value of records, columns, or another of pandas' orients.
        case json
        /// A JSON object a line.
        case jsonLines
        /// A text.
        case text
        /// An array of NumPy or of IDX, or an archive of arrays.
        case array
        /// A zip archive: a folder of files, or of arrays.
        case zip
    }

    /// The form; nil to tell by the first bytes.
    public var form: Form?
    /// The byte between cells; nil to find out.
    public var separator: UInt8?
    /// Whether the first record holds the names of the columns; nil to find out.
    public var hasHeader: Bool?
    /// How text is encoded; nil for UTF-8, or what the first bytes show.
    public var encoding: TextEncoding?
    /// Whether each line of a text is a row, rather than all of it one.
    public var rowsAreLines = false
    /// The name of the column that an array without a name becomes.
    public var arrayName = "x"
    /// How many bytes an upload may have once it is unpacked.
    public var maximumBytes = 16 << 30
    /// Who is told before JSON is held that isn't one record after the other; nil for nobody.
    public var heldMemory: HeldMemory?

    /// Finds everything out.
    public init() {}

    /// Reads a media type.
    ///
    /// - Parameters:
    ///   - type: The type, as in `text/csv`, in lower case.
    ///   - parameters: Its parameters, names in lower case: `charset`, `header`, and `separator` or `delimiter`.
    /// - Throws: `DatasetFormatError.option` for a parameter that isn't understood.
    public init(mediaType type: String, parameters: [String: String] = [:]) throws(DatasetFormatError) {
        switch type {
        case "text/csv", "application/csv", "text/x-csv", "application/vnd.ms-excel", "text/comma-separated-values":
            form = .csv
        case "text/tab-separated-values", "text/tsv":
            form = .csv
            separator = 0x09
        case "application/json", "text/json": form = .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines",
            "application/x-jsonlines", "application/json-lines":
            form = .jsonLines
        case "text/plain": form = .text
        case "application/x-npz", "application/x-npy": form = .array
        case "application/zip", "application/x-zip-compressed", "application/x-zip": form = .zip
        default: break
        }
        if let name = parameters["charset"] {
            encoding = TextEncoding(named: name)
            if encoding == nil {
                throw .option("charset", "expected one of \(TextEncoding.names), found \"\(name)\"")
            }
        }
        switch parameters["header"] {
        case "present": hasHeader = true
        case "absent": hasHeader = false
        case let text?: throw .option("header", "expected present or absent, found \"\(text)\"")
        case nil: break
        }
        if let text = parameters["separator"] ?? parameters["delimiter"] {
            let byte = text == "\\t" || text == "tab" ? 0x09 : text.utf8.first
            guard let byte, text.utf8.count == 1 || byte == 0x09, byte < 0x80, byte != UInt8(ascii: "\"") else {
                throw .option("separator", "expected one character of ASCII, found \"\(text)\"")
            }
            separator = byte
        }
    }
}
