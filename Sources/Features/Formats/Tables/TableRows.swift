import JSON

/// Turns the records of a table into rows, one at a time.
struct TableRows {
    /// What to do where text isn't UTF-8.
    static let charsetAdvice =
        "say what the encoding is, as in Content-Type: text/csv; charset=windows-1252, or save the file as UTF-8"

    /// The most numbers of one window and its target, which are held while the series goes by.
    private static let largestWindow = 1 << 24

    /// Which columns there are.
    let columns: TableColumns
    private let options: ImportOptions
    private let sample: TableSample
    private var numbers: TableNumbers
    private var inputs: [Float]
    private var targets: [Float]
    private var target: TargetColumn?
    private var windows: SeriesWindows?
    private let valuesPerRow: Int
    /// Of each column, whether its cells are numbers or truth values.
    private var contents: [Content]
    private var rows = 0
    private var rounded = RoundedNumbers()

    private enum Content: UInt8 { case unknown, numbers, truths }

    /// Reads the header, or the first record where there is none.
    ///
    /// - Throws: `DatasetFormatError` for a header or options that don't fit.
    init(
        first: CSVScanner.Record,
        _ sample: TableSample,
        _ options: ImportOptions
    ) throws(DatasetFormatError) {
        let columns = try TableColumns(first: first, sample, options)
        self.columns = columns
        self.options = options
        self.sample = sample
        numbers = TableNumbers(hasComma: sample.hasDecimalComma)
        inputs = [Float](repeating: 0, count: columns.inputs.count)
        targets = [Float](repeating: 0, count: columns.targets.count)
        contents = [Content](repeating: .unknown, count: columns.names.count)
        guard let series = options.series else {
            valuesPerRow = inputs.count + targets.count
            if targets.count == 1 { target = TargetColumn(wanted: options.targetKind) }
            return
        }
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

    /// What the decimals stood after; nil where there were none.
    var hasDecimalComma: Bool? { numbers.hasComma }

    /// What was decided where it was doubtful.
    var notes: [String] { columns.notes + rounded.notes }

    /// Takes a record that isn't the header, and passes on what comes of it.
    mutating func take(_ record: CSVScanner.Record, into sink: some RowSink) throws {
        try checkCount(record)
        try record.text.withUnsafeBufferPointer { text in
            for (position, cell) in columns.inputs.enumerated() {
                inputs[position] = try number(record, text, cell, isInput: true).value
            }
            try takeTargets(record, text, into: sink)
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

    /// What the table was.
    func finish(into sink: some RowSink) throws -> ImportedDataset {
        guard rows > 0 else {
            throw DatasetFormatError.content(
                place: "",
                "expected records after the header line, found none (with curl, --data-binary keeps the line ends)"
            )
        }
        let names = columns.inputs.map { columns.names[$0] }
        if let windows, let series = options.series {
            guard windows.windows > 0 else {
                let needed = "a window of \(series.window) and its target take \(series.window + series.horizon)"
                throw DatasetFormatError.option("window", "the series has \(windows.records) records, \(needed)")
            }
            return ImportedDataset(
                kind: .series,
                rows: windows.windows,
                testRows: 0,
                inputShape: [series.window, names.count],
                target: TargetSummary.values(shape: windows.targetShape, gap: series.gap),
                columns: names
            )
        }
        return ImportedDataset(
            kind: .table,
            rows: rows,
            testRows: 0,
            inputShape: options.shape ?? [names.count],
            target: try target?.finish(in: sink) ?? .values(shape: [targets.count]),
            columns: names
        )
    }

    // MARK: Records

    /// Refuses a record of too few cells, or of more than the columns unless nothing stands in those.
    private func checkCount(_ record: CSVScanner.Record) throws(DatasetFormatError) {
        let wanted = columns.names.count
        for cell in columns.empty where cell < record.count && !record.isBlank(cell) {
            throw .content(place: "line \(record.line)", "expected nothing in column \(cell + 1), which has no name")
        }
        guard record.count != wanted else { return }
        guard record.count > wanted, (wanted..<record.count).allSatisfy(record.isBlank) else {
            let model = sample.hasHeader ? "as in the header" : "as in the first record"
            throw .content(
                place: "line \(record.line)",
                "expected \(wanted) cells, \(model), found \(record.count)"
            )
        }
    }

    private mutating func takeTargets(
        _ record: CSVScanner.Record,
        _ text: UnsafeBufferPointer<UInt8>,
        into sink: some RowSink
    ) throws {
        guard var target else {
            for (position, cell) in columns.targets.enumerated() {
                targets[position] = try number(record, text, cell, isInput: false).value
            }
            return
        }
        self.target = nil
        let cell = columns.targets[0]
        let range = TableNumbers.trimmed(record.range(of: cell), text)
        let (line, name) = (record.line, columns.names[cell])
        let place = { Self.place(line, name) }
        if let number = numbers.number(range, text), number.value.isFinite {
            targets[0] = try target.add(number, text[range], place: place)
        } else if isWord(range, text) {
            guard let word = String(validating: text[range], as: UTF8.self) else {
                throw DatasetFormatError.content(
                    place: place(),
                    "expected UTF-8 text, found other bytes; \(Self.charsetAdvice)"
                )
            }
            let wrong =
                options.targetKind == .value
                ? DatasetFormatError.content(
                    place: place(),
                    "expected a number, as target_kind=value asks for, found \(quoted(word))"
                ) : wrongNumber(range, text, at: place(), isInput: false)
            targets[0] = try target.add(word: word, wrong, in: sink, place: place)
        } else if range.isEmpty {
            // An empty cell is neither a number nor a word.
            let isOfWords = target.holdsWords
            throw isOfWords
                ? DatasetFormatError.content(place: place(), "expected the word of a class, found an empty cell")
                : wrongNumber(range, text, at: place(), isInput: false)
        } else {
            let wrong = wrongNumber(range, text, at: place(), isInput: false)
            targets[0] = try target.add(unfit: text[range], wrong, place: place)
        }
        self.target = target
    }

    // MARK: Cells

    private mutating func number(
        _ record: CSVScanner.Record,
        _ text: UnsafeBufferPointer<UInt8>,
        _ cell: Int,
        isInput: Bool
    ) throws(DatasetFormatError) -> TableNumbers.Number {
        let range = TableNumbers.trimmed(record.range(of: cell), text)
        if let number = numbers.number(range, text), number.value.isFinite {
            if contents[cell] != .numbers { try note(.numbers, record, text[range], cell) }
            if number.value.magnitude >= RoundedNumbers.least, number.isInteger, isInput {
                noteRounded(number.value, record, text[range], cell)
            }
            return number
        }
        return try truth(record, text, range, cell, isInput: isInput)
    }

    @inline(never)
    private mutating func noteRounded(
        _ value: Float,
        _ record: CSVScanner.Record,
        _ text: Slice<UnsafeBufferPointer<UInt8>>,
        _ cell: Int
    ) {
        let written = String(decoding: text, as: UTF8.self)
        // Points of a number with decimal commas part its digits into groups.
        guard RoundedNumbers.isRounded(written.filter { $0 != "." }) else { return }
        let name = columns.names[cell]
        rounded.add(in: name, place: { Self.place(record.line, name) }, written, as: value)
    }

    /// The number of a truth value, where a cell is no number.
    @inline(never)
    private mutating func truth(
        _ record: CSVScanner.Record,
        _ text: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>,
        _ cell: Int,
        isInput: Bool
    ) throws(DatasetFormatError) -> TableNumbers.Number {
        if let truth = TableNumbers.truth(range, text) {
            if contents[cell] != .truths { try note(.truths, record, text[range], cell) }
            return TableNumbers.Number(value: truth, isInteger: true, isPlain: false)
        }
        throw wrongNumber(range, text, at: place(record, cell), isInput: isInput)
    }

    private mutating func note(
        _ content: Content,
        _ record: CSVScanner.Record,
        _ text: Slice<UnsafeBufferPointer<UInt8>>,
        _ cell: Int
    ) throws(DatasetFormatError) {
        guard contents[cell] == .unknown else {
            let expected = contents[cell] == .truths ? "true or false" : "a number"
            let found = quoted(String(decoding: text, as: UTF8.self))
            throw .content(
                place: place(record, cell),
                "expected \(expected), as in the records before, found \(found)"
            )
        }
        contents[cell] = content
    }

    private func wrongNumber(
        _ range: Range<Int>,
        _ text: UnsafeBufferPointer<UInt8>,
        at place: String,
        isInput: Bool
    ) -> DatasetFormatError {
        let found = String(decoding: text[range], as: UTF8.self)
        if found.isEmpty { return .content(place: place, "expected a number, found an empty cell") }
        if decimal(range, text) != nil, numbers.hasComma != true {
            return .content(
                place: place,
                "expected a number within ±3.4e38, the range of 32-bit floats, found \(shortened(found))"
            )
        }
        var other = TableNumbers(hasComma: numbers.hasComma != true)
        if sample.separator != UInt8(ascii: ","), other.number(range, text) != nil {
            let mark = numbers.hasComma == true ? "a comma" : "a point"
            let advice = "decimals stand after \(mark) in the records before"
            return .content(place: place, "expected a number, found \(quoted(found)); \(advice)")
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
        // Each cell is followed by a byte that is no number's: a space that was trimmed, a separator or a zero.
        text.baseAddress.flatMap { DecimalText($0 + range.lowerBound, count: range.count) }
    }

    /// Whether a cell holds text that is neither a number nor `nan` or `inf`, which are numbers gone wrong.
    private func isWord(_ range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        !range.isEmpty && decimal(range, text) == nil && Float(String(decoding: text[range], as: UTF8.self)) == nil
    }

    private func place(_ record: CSVScanner.Record, _ cell: Int) -> String {
        Self.place(record.line, columns.names[cell])
    }

    private static func place(_ line: Int, _ column: String) -> String { "line \(line), column \(quoted(column))" }
}
