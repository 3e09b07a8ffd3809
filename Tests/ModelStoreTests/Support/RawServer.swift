import SQL
import Testing

extension Bench {
    /// Looks into the PostgreSQL past the store: the number that a query answers.
    func onServer(_ sql: String) throws -> Int {
        let database = try PostgreSQLDatabase(PostgreSQLAddress(#require(url)))
        defer { database.close() }
        return try database.write { try Int.one($0, sql: sql) ?? -1 }
    }
}
