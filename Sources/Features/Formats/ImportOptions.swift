import JSON

/// How an upload is to be read: the query parameters of `PUT /datasets/NAME` that concern the data itself.
///
/// | parameter | for | means |
/// |---|---|---|
/// | `target=a,b` | CSV | the columns to predict; without it the last one; also `"a, b",c` or `["a, b", "c"]` |
/// | `columns=a,b` | CSV | the input columns, in that order; without it every other column, in a series the targets |
/// | `shape=8,8,1` | all but series | the extents of one input; the count must stay the same |
/// | `window=32` | CSV | makes a series: each input is that many successive records |
/// | `horizon=1` | series | how many records after the window are its target |
/// | `stride=1` | series | how many records further the next window begins |
/// | `target_kind=class` or `value` | all but series | what the targets are, where the data leave it open |
public struct ImportOptions: Sendable, Equatable {
    /// A series' parameters.
    public struct Series: Sendable, Equatable {
        /// Records of one input.
        public var window: Int
        /// Records of one target, those that follow the window.
        public var horizon: Int
        /// Records from one window's begin to the next one's.
        public var stride: Int

        /// How many windows are left out between two parts of a series.
        ///
        /// Of the windows that begin before a part, these are the ones whose targets reach the first record that is a
        /// target of that part. scikit-learn's `TimeSeriesSplit` calls it the gap too.
        public var gap: Int { (horizon - 1) / stride }

        /// The horizon where none is given: the next record.
        public static let standardHorizon = 1
        /// The stride where none is given: a window for each record.
        public static let standardStride = 1

        /// Makes the parameters of windows that each predict the record after them.
        public init(window: Int, horizon: Int = standardHorizon, stride: Int = standardStride) {
            self.window = window
            self.horizon = horizon
            self.stride = stride
        }
    }

    /// The names of the columns to predict; nil for the last.
    public var target: [String]?
    /// The names of the input columns; nil for the usual ones.
    public var columns: [String]?
    /// The extents of one input; nil for those of the data.
    public var shape: [Int]?
    /// What makes a table a series; nil for a plain table.
    public var series: Series?
    /// The byte between a table's cells; nil to find it out.
    public var separator: UInt8?
    /// Whether a table's first line names its columns; nil to find it out.
    public var hasHeader: Bool?
    /// How a table's text is encoded; nil for UTF-8, or what its first bytes show.
    public var encoding: TextEncoding?
    /// What the targets are; nil to let the data decide.
    public var targetKind: TargetSummary.Kind?
    /// How many bytes the values may take when stored, 4 each: what bounds a small upload that unpacks to a large one.
    public var maximumBytes = 4 << 30
    /// How many bytes the values of an array may take that can't be passed on as they come, as in Fortran order.
    public var maximumHeldBytes = 256 << 20
    /// Who is told before such values are held; nil for nobody.
    public var heldMemory: HeldMemory?

    /// Reads everything as it comes.
    public init() {}

    /// What `window`, `horizon` and `stride` may be.
    public static let seriesCounts = 1...1_000_000

    /// Reads its own parameters out of those of a query, decoded, and leaves the others alone.
    ///
    /// - Throws: `DatasetFormatError.option` for the first that is not understood.
    public init(parameters: [String: String]) throws(DatasetFormatError) {
        target = try Self.names("target", parameters)
        columns = try Self.names("columns", parameters)
        if let text = parameters["shape"] {
            shape = try Self.list(text).map { extent throws(DatasetFormatError) in
                try Self.integer("shape", extent, 1...Int(Int32.max))
            }
        }
        if let text = parameters["window"] {
            series = Series(
                window: try Self.integer("window", text, Self.seriesCounts),
                horizon: try parameters["horizon"].map { text throws(DatasetFormatError) in
                    try Self.integer("horizon", text, Self.seriesCounts)
                } ?? Series.standardHorizon,
                stride: try parameters["stride"].map { text throws(DatasetFormatError) in
                    try Self.integer("stride", text, Self.seriesCounts)
                } ?? Series.standardStride
            )
        } else if let name = ["horizon", "stride"].first(where: { parameters[$0] != nil }) {
            throw .option(name, "needs window too, which makes the table a series")
        }
        if let text = parameters["target_kind"] {
            let kinds = TargetSummary.Kind.allCases.map(\.rawValue)
            targetKind = TargetSummary.Kind(rawValue: text)
            if targetKind == nil { throw .option("target_kind", "expected one of \(kinds), found \(quoted(text))") }
        }
        guard series != nil else { return }
        if shape != nil { throw .option("shape", "does not go with window: a window is [records, columns]") }
        if targetKind == .class { throw .option("target_kind", "the targets of a series are values, found \"class\"") }
    }

    private static func names(
        _ name: String,
        _ parameters: [String: String]
    ) throws(DatasetFormatError) -> [String]? {
        guard let text = parameters[name] else { return nil }
        let names = quotedList(text) ?? list(text)
        if names.contains("") {
            throw .option(name, "expected column names separated by commas, found \(quoted(text))")
        }
        for (index, column) in names.enumerated() where names[..<index].contains(column) {
            throw .option(name, "names the column \(quoted(column)) twice")
        }
        return names
    }

    private static func integer(
        _ name: String,
        _ text: String,
        _ range: ClosedRange<Int>
    ) throws(DatasetFormatError) -> Int {
        guard let integer = Int(text), range.contains(integer) else {
            throw .option(
                name,
                "expected an integer from \(range.lowerBound) to \(range.upperBound), found \(quoted(text))"
            )
        }
        return integer
    }

    /// Names as a JSON array, or some of them in quotes as in CSV; nil where they are neither.
    private static func quotedList(_ text: String) -> [String]? {
        if text.first == "[", let document = try? JSONDocument(parsing: Array(text.utf8)) {
            return try? document.root.array().map { name in try name.string() }
        }
        guard text.contains("\"") else { return nil }
        var scanner = CSVScanner()
        var names: [String]?
        func take(_ record: CSVScanner.Record) {
            names = (0..<record.count).map { cell in TableSample.trimmed(record.string(of: cell) ?? "") }
        }
        do {
            // A quote opens a cell only at its very beginning.
            let tight = list(text).joined(separator: ",")
            try Array((text.contains(", \"") ? tight : text).utf8).withUnsafeBufferPointer {
                try scanner.read($0, take)
            }
            try scanner.finish(take)
        } catch {
            return nil
        }
        return names
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
