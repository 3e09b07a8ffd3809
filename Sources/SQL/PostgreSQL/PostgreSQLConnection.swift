/// A connection to a PostgreSQL, for the time of one piece of work on it.
public final class PostgreSQLConnection: Connection {
    private let session: PostgreSQLSession
    /// Whether something of this piece of work may have been committed, so that it can't be done again.
    private(set) var hasCommitted = false

    init(_ session: PostgreSQLSession) { self.session = session }

    /// PostgreSQL's.
    public var dialect: Dialect { .postgresql }

    /// How many rows the last statement has changed.
    public private(set) var changesCount = 0

    /// Runs a statement, and leaves what it answers.
    public func run(sql: String, arguments: Arguments) throws(SQLError) { _ = try result(sql, arguments) }

    /// Inserts at most one row into a table whose key is `id`.
    public func insertIfNew(sql: String, arguments: Arguments) throws(SQLError) -> Int64? {
        try result(sql + " RETURNING id", arguments).rows(atMost: 1).first?.value("id")
    }

    /// The rows that a statement answers.
    public func rows(sql: String, arguments: Arguments, atMost limit: Int) throws(SQLError) -> [Row] {
        try result(sql, arguments).rows(atMost: limit)
    }

    /// Runs statements, separated by semicolons, that are not needed again.
    public func execute(sql: String) throws(SQLError) {
        if !session.isInsideTransaction { hasCommitted = true }
        try session.execute(sql)
    }

    /// Runs `body` in a transaction, and commits it.
    ///
    /// - Throws: What `body` threw; `SQLError` of the cause `uncertain` where nobody knows whether the commit has taken place.
    public func inTransaction(_ body: () throws -> Void) throws {
        try session.beginWriting()
        do {
            try body()
            // The server would answer a commit with a rollback, and no error.
            if session.hasFailed {
                throw SQLError(.unexpected, "a statement of the transaction has failed, so it can't be committed")
            }
        } catch {
            // A server that is gone has rolled back by itself.
            if session.isInsideTransaction { try? session.execute("ROLLBACK") }
            throw error
        }
        hasCommitted = true
        do throws(SQLError) {
            try session.execute("COMMIT")
        } catch {
            guard error.isLost || error.endsConnection else { throw error }
            throw SQLError(
                .uncertain,
                "the connection went while a commit was under way: \(error.reason)",
                isLost: true
            )
        }
    }

    /// Runs `body` in a part of the transaction that is undone alone where `body` throws.
    public func inSavepoint(_ body: () throws -> Void) throws {
        try session.execute("SAVEPOINT part")
        do {
            try body()
        } catch {
            try session.execute("ROLLBACK TO part; RELEASE part")
            throw error
        }
        try session.execute("RELEASE part")
    }

    private func result(_ sql: String, _ arguments: Arguments) throws(SQLError) -> PostgreSQLResult {
        if !session.isInsideTransaction { hasCommitted = true }
        let result = try session.query(sql, arguments)
        changesCount = result.changesCount
        return result
    }
}
