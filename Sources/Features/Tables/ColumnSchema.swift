public import JSON

/// What a client says of the columns of an upload, in place of what would be found out.
///
/// It is the object of `?schema=`, as in `{"age": {"type": "number"}, "id": {"ignore": true}, "when": {"type": "date",
/// "format": "dd.MM.yyyy"}, "missing": ["-999"]}`.
public struct ColumnSchema: Sendable, Equatable {
    /// What is said of one column.
    public struct Column: Sendable, Equatable {
        /// What its values are; nil to find out.
        public var type: ColumnType?
        /// Whether it is left out.
        public var isIgnored = false
        /// How its dates are written; nil to find out.
        public var format: String?
        /// The cells that stand for a missing value, besides empty ones; nil for the usual ones.
        public var missing: [String]?

        /// A column of which nothing is said.
        public init() {}
    }

    /// The columns by name.
    public var columns: [String: Column] = [:]
    /// The cells that stand for a missing value in every column that doesn't say; nil for the usual ones.
    public var missing: [String]?

    /// A schema that says nothing.
    public init() {}

    /// Reads a schema.
    ///
    /// - Throws: `FaultyInput` with every fault.
    public init(_ json: JSONValue) throws(FaultyInput) {
        var faults = Faults()
        if json.kind != .object { faults.add(json.mismatch("an object of columns")) }
        for (name, value) in json.members {
            if name == "missing", value.kind == .array {
                missing = Self.words(value, &faults)
            } else {
                columns[name] = faults.read(value) { Column(reading: &$0) }
            }
        }
        try faults.check()
    }

    fileprivate static func words(_ value: JSONValue, _ faults: inout Faults) -> [String] {
        value.elements.compactMap { element in
            // A number stands for the cell as it would be written.
            if element.kind == .number { return element.source }
            return faults.collect { () throws(Fault) in try element.string() }
        }
    }
}

extension ColumnSchema.Column {
    /// Reads `{"type"?, "ignore"?, "format"?, "missing"?}`.
    init(reading reader: inout ObjectReader) {
        let types = ColumnType.allCases.map(\.rawValue)
        if let value = reader.optionalValue("type") {
            let name = reader.faults.collect { () throws(Fault) in try value.choice(among: types) }
            type = name.flatMap(ColumnType.init(rawValue:))
        }
        isIgnored = reader.bool("ignore", default: false)
        if let value = reader.optionalValue("format"),
            let text = reader.faults.collect({ () throws(Fault) in try value.string() })
        {
            format = text
            if type == nil { type = .date }
            if type != .date {
                reader.fault(at: "format", "only a date has a format, and the type is \(quoted(type?.rawValue ?? ""))")
            } else if DatePattern(text) == nil {
                reader.fault(at: "format", DatePattern.advice(for: text))
            }
        }
        if let value = reader.optionalValue("missing") {
            guard value.kind == .array else {
                reader.faults.add(value.mismatch("an array of strings"))
                return
            }
            missing = ColumnSchema.words(value, &reader.faults)
        }
    }
}
