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
}
