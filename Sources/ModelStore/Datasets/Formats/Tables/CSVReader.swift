import JSON

/// Turns a CSV upload into rows while it arrives, holding one record (or one window) at a time.
///
/// The first line names the columns. As a table, each further record is a row: the input columns, `[columns]` or the
/// shape asked for, and the target. As a series, see `SeriesWindows`; columns that are neither inputs nor targets, such
/// as dates, are not looked at. The first record decides whether a single target column holds words or numbers; see
/// `TargetScan` for what follows. Inputs are finite numbers; spaces around a cell do not matter.
public struct CSVReader {
    private let options: ImportOptions
    private var scanner = CSVScanner()
    private var columns: TableColumns?
    private var inputs: [Float] = []
    private var targets: [Float] = []
    private var rows = 0
    private var words: WordIndex?
    private var scan: TargetScan
    private var windows: SeriesWindows?
    private var valuesPerRow = 0

    /// The most numbers of one window and its target, which are held while the series goes by.
    private static let largestWindow = 1 << 24

    /// Starts a new upload.
    public init(_ options: ImportOptions = ImportOptions()) {
        self.options = options
        scan = TargetScan(wanted: options.targetKind, isTyped: false)
    }

    /// Reads the next bytes of the file, and passes on the rows that end in them.
    ///
    /// - Throws: `DatasetFormatError`, or what the sink throws.
    public mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, into sink: some RowSink) throws {
        var scanner = scanner
        self.scanner = CSVScanner()
        try scanner.read(bytes) { try take($0, into: sink) }
        self.scanner = scanner
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
        var scanner = scanner
        try scanner.finish { try take($0, into: sink) }
        guard let columns else {
            throw DatasetFormatError.content(place: "", "expected a CSV file with a header line, found an empty file")
        }
        guard rows > 0 else {
            throw DatasetFormatError.content(place: "", "expected records after the header line, found none")
        }
        let inputNames = columns.inputs.map { columns.names[$0] }
        if let windows, let series = options.series {
            return try finish(windows, series, columns: inputNames)
        }
        let target = try words?.finish(in: sink) ?? scan.summary(shape: [columns.targets.count])
        return ImportedDataset(
            kind: .table,
            rows: rows,
            testRows: 0,
            inputShape: options.shape ?? [columns.inputs.count],
            target: target,
            columns: inputNames
        )
    }

    private func finish(
        _ windows: SeriesWindows,
        _ series: ImportOptions.Series,
        columns: [String]
    ) throws(DatasetFormatError) -> ImportedDataset {
        guard windows.windows > 0 else {
            let needed = "a window of \(series.window) and its target take \(series.window + series.horizon)"
            throw .option("window", "the series has \(windows.records) records, \(needed)")
        }
        return ImportedDataset(
            kind: .series,
            rows: windows.windows,
            testRows: 0,
            inputShape: [series.window, columns.count],
            target: TargetSummary.values(shape: windows.targetShape, gap: series.gap),
            columns: columns
        )
    }

    // MARK: Records

    private mutating func take(_ record: CSVScanner.Record, into sink: some RowSink) throws {
        guard let columns else { return try begin(record) }
        guard record.count == columns.names.count else {
            let expected = "expected \(columns.names.count) cells, as in the header, found \(record.count)"
            throw DatasetFormatError.content(place: "line \(record.line)", expected)
        }
        try record.text.withUnsafeBufferPointer { text in
            for (position, cell) in columns.inputs.enumerated() {
                inputs[position] = try number(record, text, cell, columns, isInput: true).value
            }
            try takeTargets(record, text, columns)
        }
        rows += 1
        guard (windows?.windows ?? rows) * valuesPerRow <= options.maximumBytes / 4 else {
            throw DatasetFormatError.tooLarge(
                "line \(record.line): the values so far take more than \(options.maximumBytes) bytes, the limit"
            )
        }
        if windows != nil {
            try windows?.add(inputs: inputs, targets: targets, into: sink)
        } else {
            try sink.appendInputs(inputs)
            try sink.appendTargets(targets)
        }
    }

    private mutating func begin(_ header: CSVScanner.Record) throws(DatasetFormatError) {
        let columns = try TableColumns(header: header, options: options)
        self.columns = columns
        inputs = [Float](repeating: 0, count: columns.inputs.count)
        targets = [Float](repeating: 0, count: columns.targets.count)
        valuesPerRow = inputs.count + targets.count
        if let series = options.series {
            let largest = Self.largestWindow / (inputs.count + targets.count)
            guard series.window + series.horizon <= largest else {
                throw .option(
                    "window",
                    "window and horizon of these columns take at most \(largest) records, found \(series.window) and \(series.horizon)"
                )
            }
            windows = SeriesWindows(series, columns: inputs.count, targets: targets.count)
            valuesPerRow = series.window * inputs.count + series.horizon * targets.count
        }
    }

    private mutating func takeTargets(
        _ record: CSVScanner.Record,
        _ text: UnsafeBufferPointer<UInt8>,
        _ columns: TableColumns
    ) throws(DatasetFormatError) {
        let isFirst = rows == 0
        if columns.targets.count == 1, options.series == nil {
            let cell = columns.targets[0]
            let range = trimmed(record.range(of: cell), text)
            if isFirst, isWord(range, text) { words = WordIndex() }
            if words != nil { return try takeWord(record, cell, columns) }
        }
        for (position, cell) in columns.targets.enumerated() {
            let decimal = try number(record, text, cell, columns, isInput: false)
            targets[position] = decimal.value
            if columns.targets.count == 1, let wrong = scan.add(decimal.value, isInteger: decimal.isInteger) {
                throw .content(place: place(record, cell, columns), wrong)
            }
        }
    }

    private mutating func takeWord(
        _ record: CSVScanner.Record,
        _ cell: Int,
        _ columns: TableColumns
    ) throws(DatasetFormatError) {
        let place = place(record, cell, columns)
        guard let text = record.string(of: cell) else {
            throw .content(place: place, "expected UTF-8 text, found other bytes")
        }
        let word = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        guard !word.isEmpty else { throw .content(place: place, "expected the word of a class, found an empty cell") }
        guard options.targetKind != .value else {
            throw .content(place: place, "expected a number, as target_kind=value asks for, found \(quoted(word))")
        }
        guard let number = words?.number(of: word) else {
            throw .content(
                place: place,
                "more than \(TargetScan.mostClasses) different words, the most a target may have"
            )
        }
        targets[0] = Float(number)
    }

    // MARK: Cells

    private func number(
        _ record: CSVScanner.Record,
        _ text: UnsafeBufferPointer<UInt8>,
        _ cell: Int,
        _ columns: TableColumns,
        isInput: Bool
    ) throws(DatasetFormatError) -> DecimalText {
        let range = trimmed(record.range(of: cell), text)
        if let decimal = decimal(range, text), decimal.value.isFinite { return decimal }
        throw wrongNumber(range, text, at: place(record, cell, columns), isInput: isInput)
    }

    private func wrongNumber(
        _ range: Range<Int>,
        _ text: UnsafeBufferPointer<UInt8>,
        at place: String,
        isInput: Bool
    ) -> DatasetFormatError {
        let found = String(decoding: text[range], as: UTF8.self)
        if found.isEmpty { return .content(place: place, "expected a number, found an empty cell") }
        if decimal(range, text) != nil {
            return .content(
                place: place,
                "expected a number within ±3.4e38, the range of 32-bit floats, found \(shortened(found))"
            )
        }
        guard isWord(range, text) else {
            return .content(place: place, "expected a finite number, found \(quoted(found))")
        }
        if isInput, rows == 0 {
            let advice = "name the input columns with ?columns= to leave this one out"
            return .content(place: place, "expected a number, found \(quoted(found)); \(advice)")
        }
        let expected = isInput || rows == 0 ? "expected a number" : "expected a number, as in the records before"
        return .content(place: place, "\(expected), found \(quoted(found))")
    }

    private func decimal(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> DecimalText? {
        // Each cell is followed by a byte that is no number's: a space that was trimmed, a comma or a zero.
        text.baseAddress.flatMap { DecimalText($0 + range.lowerBound, count: range.count) }
    }

    /// Whether a cell holds text that is neither a number nor `nan` or `inf`, which are numbers gone wrong.
    private func isWord(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        !range.isEmpty && decimal(range, text) == nil && Float(String(decoding: text[range], as: UTF8.self)) == nil
    }

    private func trimmed(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        while start < end, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    private func place(_ record: CSVScanner.Record, _ cell: Int, _ columns: TableColumns) -> String {
        "line \(record.line), column \(quoted(columns.names[cell]))"
    }
}
