import SQL

/// The locks of a store on PostgreSQL, which last until the end of the transaction that takes them.
///
/// They are locks of transactions alone: through a pooler, those of sessions are granted to several at once.
enum PostgreSQLLock: Int {
    /// Of the schema.
    case schema = 0
    /// Of whatever is stored: who writes has it, so that writes run one after another, as their checks need it.
    case store = 1

    /// The ASCII bytes of "TRYD", by which no other program's locks are taken for these.
    private static let space = 0x5452_5944

    /// Waits for it.
    func take(_ connection: PostgreSQLConnection) throws(SQLError) {
        try connection.execute(sql: "SELECT pg_advisory_xact_lock(\(Self.space), \(rawValue))")
    }

    /// Waits for it, and gives the transaction its number, by which the server knows later what came of it.
    func takeForWriting(_ connection: PostgreSQLConnection) throws -> Int64? {
        try Int64.one(
            connection,
            sql: """
                SELECT pg_current_xact_id() AS number
                FROM (SELECT pg_advisory_xact_lock(\(Self.space), \(rawValue))) AS lock
                """
        )
    }

    /// What came of a transaction: `committed`, `aborted` or `in progress`; nil where it is too long ago.
    static func state(of transaction: Int64, in connection: PostgreSQLConnection) throws -> String? {
        try String.one(connection, sql: "SELECT pg_xact_status(CAST(? AS xid8))", arguments: [transaction])
    }
}
