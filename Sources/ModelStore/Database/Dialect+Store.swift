import SQL

/// What the engines spell differently in the store's statements.
extension Dialect {
    /// The text of a member of a JSON object in a column; null where there is none.
    func member(_ name: String, of column: String) -> String {
        switch self {
        case .sqlite: "CASE WHEN json_valid(\(column)) THEN json_extract(\(column), '$.\(name)') END"
        case .postgresql: "(CAST(\(column) AS json) ->> '\(name)')"
        }
    }

    /// No bytes.
    var noBytes: String {
        switch self {
        case .sqlite: "x''"
        case .postgresql: "CAST('' AS bytea)"
        }
    }

    /// A query for the newest id that a table has had, as far as it is known.
    func newest(of table: String) -> String {
        switch self {
        // What SQLite keeps of AUTOINCREMENT, which outlives the removal of the row.
        case .sqlite: "SELECT seq FROM sqlite_sequence WHERE name = '\(table)'"
        // A sequence is ahead of what has been committed.
        case .postgresql: "SELECT max(id) FROM \(table)"
        }
    }
}
