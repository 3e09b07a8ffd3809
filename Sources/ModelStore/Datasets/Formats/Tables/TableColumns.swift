import JSON

/// Which columns of a table are inputs and which are targets, found from the header line and the options.
struct TableColumns: Sendable {
    /// The names of all columns, in the order of the file.
    let names: [String]
    /// The positions of the input columns, in the order of a row.
    let inputs: [Int]
    /// The positions of the target columns, in the order of a target.
    let targets: [Int]

    /// Reads a header.
    ///
    /// - Throws: `DatasetFormatError` for a header without names or with a name twice, and for an option that names an
    ///   unknown column, leaves no input, or has a shape of another count.
    init(header: CSVScanner.Record, options: ImportOptions) throws(DatasetFormatError) {
        let names = try Self.names(of: header)
        let targets =
            try options.target.map { wanted throws(DatasetFormatError) in
                try Self.positions(of: wanted, in: names, option: "target")
            } ?? [names.count - 1]
        let inputs: [Int]
        if let wanted = options.columns {
            inputs = try Self.positions(of: wanted, in: names, option: "columns")
            if options.series == nil, let both = inputs.first(where: targets.contains) {
                throw .option("columns", "the column \(quoted(names[both])) is the target and cannot be an input too")
            }
        } else {
            inputs = options.series == nil ? names.indices.filter { !targets.contains($0) } : targets
        }
        guard !inputs.isEmpty else {
            throw .content(
                place: "line \(header.line)",
                "expected an input column beside the target, found only \(names.map(quoted).joined(separator: ", "))"
            )
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
    }

    private static func names(of header: CSVScanner.Record) throws(DatasetFormatError) -> [String] {
        let place = "line \(header.line)"
        var names: [String] = []
        for cell in 0..<header.count {
            guard let name = header.string(of: cell) else {
                throw .content(place: place, "expected UTF-8 text, found other bytes in the name of column \(cell + 1)")
            }
            names.append(String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
        }
        if names.count == 1, let other = [";", "\t"].first(where: names[0].contains) {
            let found = other == ";" ? "semicolons" : "tabs"
            throw .content(place: place, "expected commas between the columns, found \(found)")
        }
        // A header of 0, 1, 2, … is what pandas writes for unnamed columns.
        if names.allSatisfy({ Double($0) != nil }), names != names.indices.map(String.init) {
            throw .content(place: place, "expected a header line with the names of the columns, found numbers alone")
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw .content(place: place, "the column name \(quoted(name)) occurs twice")
        }
        return names
    }

    private static func positions(
        of wanted: [String],
        in names: [String],
        option: String
    ) throws(DatasetFormatError) -> [Int] {
        try wanted.map { name throws(DatasetFormatError) in
            guard let position = names.firstIndex(of: name) else {
                throw .option(option, Suggestion.unknown("column", name, known: names))
            }
            return position
        }
    }
}
