package import SQL

/// Checksums of rows where they lie: by a function of the engine's where it takes one, else row by row.
extension RowChecksum {
    /// What the checksum of a row should be, in SQLite's SQL.
    private var expected: String { "row_crc32('\(table)', \(columns.joined(separator: ", ")))" }

    /// Holds for rows that don't hold what they held when they were written, in SQLite's SQL.
    var isDamaged: String { "\(condition) AND \(name) IS NOT \(expected)" }

    /// Gives rows the checksum of what they hold now.
    package func renew(
        where condition: String,
        arguments: Arguments = Arguments(),
        in database: any Connection
    ) throws {
        switch database.dialect {
        case .sqlite:
            try database.run(
                sql: "UPDATE \(table) SET \(name) = \(expected) WHERE \(condition)",
                arguments: arguments
            )
        case .postgresql:
            let sql = """
                SELECT \(Self.place), \(columns.joined(separator: ", ")) FROM \(table) WHERE \(condition)
                """
            for row in try Row.all(database, sql: sql, arguments: arguments) {
                let values = try columns.map { (column) throws(SQLError) in try row.value(column) as Value }
                try database.run(
                    sql: "UPDATE \(table) SET \(name) = ? WHERE \(Self.isAtPlace)",
                    arguments: [sum(of: values), try row.value("place") as String]
                )
            }
        }
    }

    /// Takes the place of a checksum over fewer columns; rows of which that one does not hold are left without, as damaged.
    func replace(_ earlier: RowChecksum, in database: SQLiteConnection) throws {
        try database.run(
            sql: """
                UPDATE \(table) SET \(name) = CASE WHEN \(name) IS \(earlier.expected) THEN \(expected) END
                """
        )
    }

    /// The rows that don't hold what they held when they were written.
    func damaged(in database: any Connection) throws -> [Row] {
        switch database.dialect {
        case .sqlite: return try Row.all(database, sql: "SELECT * FROM \(table) WHERE \(isDamaged)")
        case .postgresql:
            var damaged: [Row] = []
            let sql = "SELECT \(Self.place), \(table).* FROM \(table) WHERE \(condition)"
            try PostgreSQLCursor.forEach(of: sql, in: database) { row in if !holds(row) { damaged.append(row) } }
            return damaged
        }
    }

    /// Removes the rows that don't hold what they held when they were written.
    func removeDamaged(in database: any Connection) throws {
        switch database.dialect {
        case .sqlite: try database.run(sql: "DELETE FROM \(table) WHERE \(isDamaged)")
        case .postgresql:
            for row in try damaged(in: database) {
                try database.run(
                    sql: "DELETE FROM \(table) WHERE \(Self.isAtPlace)",
                    arguments: [try row.value("place") as String]
                )
            }
        }
    }

    /// Where a row lies until it is written again, in PostgreSQL's SQL.
    private static let place = "CAST(ctid AS text) AS place"

    /// Holds for the row at a place, which it binds.
    private static let isAtPlace = "ctid = CAST(CAST(? AS text) AS tid)"
}
