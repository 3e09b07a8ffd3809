import Features
import HTTP

/// A form that becomes typed columns, as its bytes come.
struct FormUpload {
    private var parser: MultipartParser
    private let table: FormTable

    /// Whether it is left to a reader of rows of numbers.
    var isOfRows: Bool { table.isOfRows }

    /// The most parts of an upload: a file each.
    static let partLimit = 100_000

    /// Begins a form.
    ///
    /// - Parameters:
    ///   - contentType: The whole `Content-Type`, which has the boundary.
    ///   - table: What its parts become.
    /// - Throws: `MultipartError` for a boundary that can't be one.
    init(contentType: String, _ table: FormTable) throws(MultipartError) {
        parser = try MultipartParser(contentType: contentType, partLimit: Self.partLimit)
        self.table = table
    }

    /// Takes in the next bytes.
    mutating func read(_ bytes: [UInt8]) throws {
        for event in try parser.read(bytes[...]) {
            switch event {
            case .head(let head): table.beginPart(named: head.name, fileName: head.filename)
            case .body(let piece): try table.read(piece)
            case .end: break
            }
        }
    }

    /// Ends the form.
    func finish() throws -> TypedTable {
        try parser.finish()
        return try table.finish()
    }
}

/// An upload that becomes typed columns: one file, or the parts of a form.
enum ColumnsUpload {
    case file(TableUpload)
    case form(FormUpload)

    /// Takes in the next bytes.
    mutating func read(_ bytes: [UInt8]) throws {
        switch self {
        case .file(let upload): try upload.read(bytes)
        case .form(var form):
            try form.read(bytes)
            self = .form(form)
        }
    }

    /// Ends the upload.
    func finish() throws -> TypedTable {
        switch self {
        case .file(let upload): try upload.finish()
        case .form(let form): try form.finish()
        }
    }
}
