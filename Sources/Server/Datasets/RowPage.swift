import JSON
import ModelStore

/// A value of a row, as clients see it.
enum CellValue: JSONWritable {
    case missing
    case number(Double)
    case integer(Int64)
    case truth(Bool)
    case text(String)
    /// An instant in microseconds since 1970, and how its column's are shown.
    case instant(Int64, Instant.Form)
    case array(ArraySlice<Float>, shape: [Int])
    /// A picture or a recording: where it is, its media type and its bytes.
    case file(path: String?, mediaType: String, bytes: Int)

    func write(to json: inout JSONWriter) {
        switch self {
        case .missing: json.null()
        case .number(let value): json.write(value)
        case .integer(let value): json.write(Int(value))
        case .truth(let value): json.write(value)
        case .text(let value): json.write(value)
        case .instant(let microseconds, let form): json.write(Instant.text(microseconds, form))
        case .array(let values, let shape): values.withUnsafeBufferPointer { json.write($0, shape: shape) }
        case .file(let path, let mediaType, let bytes):
            json.object { json in
                json.field("href", ifPresent: path)
                json.field("media_type", mediaType)
                json.field("bytes", bytes)
            }
        }
    }

    /// The value of a row.
    ///
    /// - Parameters:
    ///   - values: Values of a column.
    ///   - row: The row among them.
    ///   - form: How the column's instants are shown.
    ///   - path: Where a picture or a recording is; nil while it is nowhere.
    init(_ values: StoredColumnValues, _ row: Int, _ form: Instant.Form, path: String?) {
        guard !values.isMissing(row) else {
            self = .missing
            return
        }
        switch values.content {
        case .numbers(let numbers): self = .number(numbers[row])
        case .integers(let integers): self = .integer(integers[row])
        case .booleans(let truths): self = .truth(truths[row])
        case .dates(let instants): self = .instant(instants[row], form)
        case .strings(let texts): self = .text(texts[row])
        case .arrays(let numbers, let shape):
            let volume = shape.reduce(1, *)
            self = .array(numbers[row * volume..<(row + 1) * volume], shape: shape)
        case .files(let files):
            self = .file(path: path, mediaType: FileMediaType.of(files[row]), bytes: files[row].count)
        }
    }

    /// About how many bytes it takes in an answer.
    var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .array(let values, _): 12 * values.count
        default: 20
        }
    }
}

/// A row of a dataset with its number in the file.
struct RowDocument: JSONWritable {
    let row: Int
    /// The part it is in; nil where the upload named none.
    let part: DatasetPart?
    let values: [(name: String, value: CellValue)]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("row", row)
            json.field("part", part?.rawValue)
            json.key("values")
            json.object { json in
                for (name, value) in values { json.field(name, value) }
            }
        }
    }
}

/// Some rows of a dataset that follow one another.
struct RowPage: JSONWritable {
    /// How many bytes of values a page has at most, unless one row has more.
    static let mostBytes = 8 << 20

    let rows: [RowDocument]
    /// How many rows there are in all.
    let total: Int
    /// The offset of the next page; nil at the end.
    let next: Int?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("rows", rows)
            json.field("total", total)
            json.field("next", next)
        }
    }
}
