import FileKinds
import JSON

/// Turns a CSV upload into rows while it arrives, holding its beginning, then one record (or one window) at a time.
///
/// From the beginning the separator, the decimal mark, the encoding and whether the first line names the columns are found
/// out (see `TableSample`); gzip is unpacked. As a table, each further record is a row: the input columns, `[columns]` or
/// the shape asked for, and the target. As a series, see `SeriesWindows`; columns that are neither inputs nor targets,
/// such as dates, are not looked at. Whether a single target column holds words or numbers is known at its end (see
/// `TargetColumn`, and `TargetScan` for what follows). Inputs are finite numbers, or true and false; spaces around a cell
/// do not matter.
public struct CSVReader {
    private let options: ImportOptions
    /// The first bytes, until it is clear whether they are gzip.
    private var start: [UInt8]? = []
    private var gunzip: Gunzip?
    /// The beginning, until it is long enough to look at.
    private var held: [UInt8]? = []
    private var heldLines = 0
    private var encoding = TextEncoding.utf8
    /// The bytes of a character that has not all come.
    private var rest: [UInt8] = []
    private var sample: TableSample?
    private var scanner = CSVScanner()
    private var rows: TableRows?
    private var blankRecords = 0

    /// Starts a new upload.
    public init(_ options: ImportOptions = ImportOptions()) {
        self.options = options
    }

    /// Reads the next bytes of the file, and passes on the rows that end in them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        guard let before = start else { return try unpack(bytes, into: sink) }
        let first = before + bytes
        start = first
        guard first.count >= 2 else { return }
        start = nil
        if first.starts(with: Gunzip.magic) {
            do throws(InflateFault) { gunzip = try Gunzip() } catch { throw Self.fault(error) }
        }
        try first.withUnsafeBufferPointer { try unpack($0, into: sink) }
    }

    /// Reads the next bytes of the file, and passes on the rows that end in them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: ArraySlice<UInt8>, into sink: some RowSink) throws {
        try bytes.withUnsafeBufferPointer { try read($0, into: sink) }
    }

    /// Ends the file.
    ///
    /// - Returns: What it was.
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func finish(into sink: some RowSink) throws -> ImportedDataset {
        if let first = start {
            start = nil
            try first.withUnsafeBufferPointer { try unpack($0, into: sink) }
        }
        do throws(InflateFault) { try gunzip?.finish() } catch { throw Self.fault(error) }
        if held != nil { try begin(isWhole: true, into: sink) }
        if !rest.isEmpty {
            throw DatasetFormatError.content(place: "", "the text ends within a character of \(encoding.name)")
        }
        var scanner = scanner
        try scanner.finish { try take($0, into: sink) }
        guard let rows, let sample else {
            throw DatasetFormatError.content(place: "", "expected a CSV file with a header line, found an empty file")
        }
        var dataset = try rows.finish(into: sink)
        dataset.format = TableFormat(
            separator: sample.separator,
            hasDecimalComma: rows.hasDecimalComma,
            hasHeader: sample.hasHeader,
            encoding: encoding.name
        )
        dataset.notes = rows.notes
        if blankRecords > 0 {
            let records =
                blankRecords == 1 ? "A record of empty cells was" : "\(blankRecords) records of empty cells were"
            dataset.notes.append("\(records) left out.")
        }
        return dataset
    }

    // MARK: Bytes

    private mutating func unpack(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        guard let gunzip else { return try take(bytes, into: sink) }
        do {
            try gunzip.read(bytes) { try take($0, into: sink) }
        } catch let error as InflateFault {
            throw Self.fault(error)
        }
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        guard held != nil else { return try scan(bytes, into: sink) }
        held?.append(contentsOf: bytes)
        heldLines += bytes.count { $0 == 0x0A || $0 == 0x0D }
        let count = held?.count ?? 0
        guard count >= TableSample.byteCount,
            heldLines > TableSample.lineCount || count >= TableSample.greatestByteCount
        else { return }
        try begin(isWhole: false, into: sink)
    }

    /// Looks at the beginning, and reads it.
    private mutating func begin(isWhole: Bool, into sink: some RowSink) throws {
        let bytes = held ?? []
        held = nil
        if let kind = FileKind(bytes) {
            throw DatasetFormatError.content(
                place: "",
                "expected CSV text, found \(kind.name); \(kind.advice(for: .table))"
            )
        }
        encoding = TextEncoding(start: bytes) ?? options.encoding ?? .utf8
        let text = bytes.withUnsafeBufferPointer { encoding.isUTF8 ? bytes : encoding.decode($0, rest: &rest) }
        if text.prefix(4096).contains(0) {
            throw DatasetFormatError.content(place: "", "expected CSV text, found bytes of 0, which no text has")
        }
        let sample = TableSample(text, isWhole: isWhole, options)
        self.sample = sample
        let isMarked = sample.separatorLineBytes > 0
        scanner = CSVScanner(separator: sample.separator, line: isMarked ? 2 : 1)
        try text.withUnsafeBufferPointer { text in
            try scanRecords(UnsafeBufferPointer(rebasing: text[sample.separatorLineBytes...]), into: sink)
        }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        guard !encoding.isUTF8 else { return try scanRecords(bytes, into: sink) }
        let text = encoding.decode(bytes, rest: &rest)
        try text.withUnsafeBufferPointer { try scanRecords($0, into: sink) }
    }

    private mutating func scanRecords(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        var scanner = scanner
        self.scanner = CSVScanner()
        try scanner.read(bytes) { try take($0, into: sink) }
        self.scanner = scanner
    }

    private mutating func take(_ record: CSVScanner.Record, into sink: some RowSink) throws {
        // Spreadsheets leave records of separators alone.
        if record.isBlank(0), record.isBlank {
            blankRecords += 1
            return
        }
        guard rows == nil, let sample else {
            try rows?.take(record, into: sink)
            return
        }
        rows = try TableRows(first: record, sample, options)
        if !sample.hasHeader { try rows?.take(record, into: sink) }
    }

    private static func fault(_ fault: InflateFault) -> DatasetFormatError { .content(place: "", fault.detail) }
}
