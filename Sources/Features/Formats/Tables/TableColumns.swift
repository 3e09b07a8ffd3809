import JSON

/// Which columns of a table are inputs and which are targets, found from the header line and the options.
struct TableColumns: Sendable {
    /// The names of all columns, in the order of the file; empty for one that has none.
    let names: [String]
    /// The positions of the input columns, in the order of a row.
    let inputs: [Int]
    /// The positions of the target columns, in the order of a target.
    let targets: [Int]
    /// The positions of columns without a name, in which nothing is to stand.
    let empty: [Int]
    /// What was decided where it was doubtful, a sentence each.
    let notes: [String]

    /// Reads a header, or numbers the columns where there is none.
    ///
    /// - Parameters:
    ///   - first: The header, or the first record.
    ///   - sample: The beginning of the table.
    ///   - options: What the client asks for.
    /// - Throws: `DatasetFormatError` for a header without names or with a name twice, and for an option that names an
    ///   unknown column, leaves no input, or has a shape of another count.
    init(first: CSVScanner.Record, _ sample: TableSample, _ options: ImportOptions) throws(DatasetFormatError) {
        let layout =
            sample.hasHeader
            ? try ColumnNames(header: first, sample)
            : ColumnNames(count: first.count, sample, isSaid: options.hasHeader != nil)
        let (names, line) = (layout.names, first.line)
        var seen: Set<String> = []
        for name in names where !name.isEmpty && !seen.insert(name).inserted {
            throw .content(place: "line \(line)", "the column name \(quoted(name)) occurs twice")
        }
        let features = names.indices.filter { !names[$0].isEmpty && $0 != layout.index }
        let targets = try options.target.map { wanted throws(DatasetFormatError) in
            try Self.positions(of: wanted, in: names, option: "target")
        }
        guard let targets = targets ?? features.last.map({ [$0] }) else {
            throw .content(place: "line \(line)", "expected a header line with the names of the columns, found none")
        }
        let inputs: [Int]
        if let wanted = options.columns {
            inputs = try Self.positions(of: wanted, in: names, option: "columns")
            if options.series == nil, let both = inputs.first(where: targets.contains) {
                throw .option("columns", "the column \(quoted(names[both])) is the target and cannot be an input too")
            }
        } else {
            inputs = options.series == nil ? features.filter { !targets.contains($0) } : targets
        }
        guard !inputs.isEmpty else {
            let found = names.filter { !$0.isEmpty }.map(quoted).joined(separator: ", ")
            throw .content(place: "line \(line)", "expected an input column beside the target, found only \(found)")
        }
        if let shape = options.shape, ImportOptions.volume(of: shape) != inputs.count {
            throw .option(
                "shape",
                "expected extents whose product is \(inputs.count), the number of input columns, found \(shape)"
            )
        }
        self.names = names
        self.inputs = inputs
        self.targets = targets
        empty = layout.empty
        notes =
            layout.notes
            + (options.columns == nil && options.series != nil && features.count > inputs.count
                ? [Self.targetsAlone(inputs.map { names[$0] })] : [])
    }

    /// The most commas that a name in a list may have.
    private static let greatestCommaCount = 16

    /// The positions of named columns; names that have commas may stand among the wanted ones cut at these.
    private static func positions(
        of wanted: [String],
        in names: [String],
        option: String
    ) throws(DatasetFormatError) -> [Int] {
        let known = Dictionary(names.enumerated().map { (spaced($1), $0) }) { first, _ in first }
        var positions: [Int] = []
        var rest = wanted[...]
        while let name = rest.first {
            let longest = (1...min(rest.count, greatestCommaCount + 1)).reversed().lazy.compactMap {
                count -> (count: Int, position: Int)? in
                known[spaced(rest.prefix(count).joined(separator: ","))].map { (count, $0) }
            }.first
            guard let longest, !name.isEmpty else {
                throw .option(option, Suggestion.unknown("column", name, known: names.filter { !$0.isEmpty }))
            }
            positions.append(longest.position)
            rest = rest.dropFirst(longest.count)
        }
        return positions
    }

    /// What to say where a series has more columns than those that it predicts, and its windows hold these.
    private static func targetsAlone(_ names: [String]) -> String {
        let names = names.map(quoted).joined(separator: ", ")
        return "The windows hold \(names) alone, which they predict; ?columns= names those that are to be in them."
    }

    /// A name without the blanks around its commas.
    private static func spaced(_ name: String) -> String {
        name.split(separator: ",", omittingEmptySubsequences: false).map { TableSample.trimmed(String($0)) }
            .joined(separator: ",")
    }
}

/// The names of a table's columns, and which of them are none.
private struct ColumnNames {
    /// A name for each column, up to the last that has a name or a value; empty for one that has none.
    var names: [String] = []
    /// The column that numbers or names the rows.
    var index: Int?
    /// Columns without a name in which the beginning of the table has nothing.
    var empty: [Int] = []
    var notes: [String] = []

    /// Numbers the columns of a table without a header, from 1.
    init(count: Int, _ sample: TableSample, isSaid: Bool) {
        let last = sample.filled.lastIndex(of: true).map { $0 + 1 } ?? count
        names = (0..<min(count, last)).map { "column_\($0 + 1)" }
        guard !isSaid else { return }
        notes = [
            "The first line holds numbers as the others do, so it is a record, and the columns are column_1 to "
                + "column_\(names.count); \"header=present\" in Content-Type says that it names them."
        ]
    }

    /// Reads the names of a header.
    init(header: CSVScanner.Record, _ sample: TableSample) throws(DatasetFormatError) {
        let place = "line \(header.line)"
        for cell in 0..<header.count {
            guard let name = header.string(of: cell) else {
                throw .content(
                    place: place,
                    "expected UTF-8 text, found other bytes in the name of column \(cell + 1); \(TableRows.charsetAdvice)"
                )
            }
            names.append(TableSample.trimmed(name))
        }
        while let name = names.last, name.isEmpty, names.count > 1, !isFilled(names.count - 1, sample) {
            names.removeLast()
        }
        // R's write.table leaves out the name of the rows' names.
        if sample.width == names.count + 1, isFilled(names.count, sample), sample.namesRows {
            names.insert("", at: 0)
        }
        if names.count > 1, names[0].isEmpty || names[0] == "Unnamed: 0" && sample.countsRows {
            index = 0
            let name = names[0].isEmpty ? "has no name" : "is called \(quoted(names[0]))"
            notes.append("The first column \(name): it numbers or names the rows, and is no input.")
        }
        for place in names.indices where names[place].isEmpty && place != index {
            if isFilled(place, sample) {
                names[place] = "column_\(place + 1)"
                notes.append("Column \(place + 1) has no name in the header, and is called column_\(place + 1).")
            } else {
                empty.append(place)
            }
        }
    }

    private func isFilled(_ column: Int, _ sample: TableSample) -> Bool {
        sample.filled.indices.contains(column) && sample.filled[column]
    }
}
