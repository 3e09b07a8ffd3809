import SQL

/// Rows of a query on PostgreSQL, which are taken a few at a time, so that they need not all have room in memory.
enum PostgreSQLCursor {
    /// How many rows are taken at a time, unless they are large.
    private static let count = 500

    /// Hands out the rows of a query without parameters, within a transaction.
    ///
    /// - Parameters:
    ///   - sql: The query.
    ///   - count: How many rows are taken at a time.
    ///   - database: The connection.
    ///   - body: Told of each row in order.
    /// - Throws: What `body` throws; `SQLError` where the database refuses the query.
    static func forEach(
        of sql: String,
        taking count: Int = Self.count,
        in database: any Connection,
        _ body: (Row) throws -> Void
    ) throws {
        try database.execute(sql: "DECLARE taken NO SCROLL CURSOR FOR \(sql)")
        let label = sql.split(whereSeparator: \.isNewline).joined(separator: " ")
        while true {
            // A statement that is compiled once would keep the columns of the first query.
            let rows = try database.rows(sql: "FETCH \(count) FROM taken -- \(label)", arguments: [], atMost: .max)
            for row in rows { try body(row) }
            guard rows.count == count else { break }
        }
        try database.execute(sql: "CLOSE taken")
    }
}
