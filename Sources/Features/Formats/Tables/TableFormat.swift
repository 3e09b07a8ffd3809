public import JSON

/// What was recognised of a table's text.
public struct TableFormat: Sendable, Equatable {
    /// The byte between cells.
    public internal(set) var separator: UInt8
    /// Whether a comma stands before the decimals; nil where neither mark has been seen.
    public internal(set) var hasDecimalComma: Bool?
    /// Whether the first record holds the names of the columns.
    public internal(set) var hasHeader: Bool
    /// The encoding's name.
    public internal(set) var encoding: String
}

extension TableFormat: JSONWritable {
    /// Writes `{"separator", "decimal", "header", "encoding"}`.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("separator", String(Unicode.Scalar(separator)))
            json.field("decimal", hasDecimalComma == true ? "," : ".")
            json.field("header", hasHeader ? "present" : "absent")
            json.field("encoding", encoding)
        }
    }
}
