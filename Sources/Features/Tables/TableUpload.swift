import FileKinds

/// Takes in the bytes of an upload as they come, and makes a table of typed columns of them.
///
/// The types are decided by all rows, so the bytes are kept (in memory while they are few, else in a temporary file
/// without a name) and read twice: once to decide, and whenever the values are asked for. Where the bytes are cut makes
/// no difference.
public final class TableUpload {
    private let options: TableUploadOptions
    private let schema: ColumnSchema
    private let folder: String
    private let spool: UploadSpool
    private var start: [UInt8]? = []
    private var gunzip: Gunzip?
    private var encoding: TextEncoding?
    private var rest: [UInt8] = []

    /// An upload of which nothing has come.
    ///
    /// - Parameters:
    ///   - options: What the client says of it.
    ///   - schema: What the client says of its columns.
    ///   - folder: Where a temporary file may be made.
    public init(_ options: TableUploadOptions, schema: ColumnSchema = ColumnSchema(), temporaryFolder folder: String) {
        (self.options, self.schema, self.folder) = (options, schema, folder)
        spool = UploadSpool(folder: folder)
    }

    /// Takes in the next bytes.
    ///
    /// - Throws: `DatasetFormatError` as soon as it is sure that no table will come of them, or `SpoolError`.
    public func read(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        if let gunzip {
            do { try gunzip.read(bytes, take) } catch let fault as InflateFault { throw Self.packed(fault) }
        } else {
            try take(bytes)
        }
    }

    /// Takes in the next bytes.
    ///
    /// - Throws: As the other.
    public func read(_ bytes: [UInt8]) throws { try bytes.withUnsafeBufferPointer { try read($0) } }

    /// Ends the upload.
    ///
    /// - Returns: The table.
    /// - Throws: `DatasetFormatError` with what is wrong where, or `SpoolError`.
    public func finish() throws -> TypedTable {
        if start != nil { try begin(isWhole: true) }
        if let gunzip {
            do { try gunzip.finish() } catch { throw Self.packed(error) }
            // The unpacked bytes were as few as that.
            if start != nil { try begin(isWhole: true) }
        }
        guard rest.isEmpty else {
            throw DatasetFormatError.content(
                place: "",
                "the text ends within a character of \(encoding?.name ?? "UTF-8")"
            )
        }
        guard spool.count > 0 else {
            throw DatasetFormatError.content(place: "", "expected a table, found nothing: the upload is empty")
        }
        let bytes = spool.sealed()
        switch try form(of: bytes) {
        case .csv: return try CSVTable(bytes, options, schema, encoding: encoding?.name ?? "UTF-8").read()
        case .json: return try JSONTable(bytes, schema, areLines: false, options.heldMemory).read()
        case .jsonLines: return try JSONTable(bytes, schema, areLines: true, options.heldMemory).read()
        case .text: return try TextTable(bytes, schema, areLines: options.rowsAreLines).read()
        case .array: return try ArrayTable(bytes, schema, name: options.arrayName).read()
        case .zip: return try ZipTable(bytes, schema, folder: folder).read()
        }
    }

    private func take(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard start != nil else { return try keep(bytes) }
        start?.append(contentsOf: bytes)
        if start?.count ?? 0 >= FileKind.prefixBytes { try begin(isWhole: false) }
    }

    /// Looks at the first bytes: whether they are packed, of another kind than was said, and how they are encoded.
    private func begin(isWhole: Bool) throws {
        guard let first = start else { return }
        if gunzip == nil, first.starts(with: Gunzip.magic) {
            start = []
            do {
                let gunzip = try Gunzip()
                self.gunzip = gunzip
                try first.withUnsafeBufferPointer { try gunzip.read($0, take) }
            } catch let fault as InflateFault {
                throw Self.packed(fault)
            }
            return
        }
        start = nil
        if let form = options.form { try Self.check(first, form) }
        let isText = options.form != .array && options.form != .zip && !(options.form == nil && Self.isBinary(first))
        if isText {
            encoding = TextEncoding(start: first) ?? options.encoding
        }
        try first.withUnsafeBufferPointer { try keep($0) }
    }

    private static func isBinary(_ first: [UInt8]) -> Bool {
        first.starts(with: NPYHeader.magic) || first.starts(with: Array("PK\u{3}\u{4}".utf8))
            || first.starts(with: Array("PK\u{5}\u{6}".utf8)) || first.prefix(2).elementsEqual([0, 0])
    }

    private func keep(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard spool.count + bytes.count <= options.maximumBytes else {
            throw DatasetFormatError.tooLarge("the upload has more than \(options.maximumBytes) bytes, the limit")
        }
        guard let encoding, !encoding.isUTF8 else { return try spool.append(bytes) }
        let text = encoding.decode(bytes, rest: &rest)
        try text.withUnsafeBufferPointer { (text) throws(SpoolError) in try spool.append(text) }
    }

    /// Refuses files that are certainly not what they were sent as.
    private static func check(_ first: [UInt8], _ form: TableUploadOptions.Form) throws(DatasetFormatError) {
        guard let kind = FileKind(first) else { return }
        let fits: Bool
        switch form {
        case .csv: fits = false
        case .json, .jsonLines: fits = kind.isJSON
        case .text: fits = !isBinary(first)
        case .array, .zip: fits = true
        }
        guard !fits else { return }
        // A table may begin with a bracket or a brace as well.
        if form == .csv, kind.isJSON { return }
        let wanted = form == .csv ? "CSV" : form == .text ? "text" : "JSON"
        throw .content(
            place: "",
            "expected \(wanted), found \(kind.name); \(kind.advice(for: form == .csv ? .table : .json))"
        )
    }

    private func form(of bytes: SpooledBytes) throws -> TableUploadOptions.Form {
        let first = try bytes.bytes(0..<min(bytes.count, FileKind.prefixBytes))
        let kind = FileKind(first)
        if let form = options.form {
            // What is sent as an array may be an archive of them.
            return form == .array && first.starts(with: Array("PK".utf8)) ? .zip : form
        }
        if kind?.isNPY == true || first.prefix(2).elementsEqual([0, 0]) { return .array }
        if first.starts(with: Array("PK\u{3}\u{4}".utf8)) || first.starts(with: Array("PK\u{5}\u{6}".utf8)) {
            return .zip
        }
        if kind?.isJSON == true { return .json }
        if let kind {
            throw DatasetFormatError.content(
                place: "",
                "expected a table, found \(kind.name); \(kind.advice(for: .table))"
            )
        }
        return .csv
    }

    private static func packed(_ fault: InflateFault) -> DatasetFormatError { .content(place: "", fault.detail) }
}
