/// A connection to a database, for the time of one piece of work on it; the same for every engine.
///
/// Calls block until the database has answered. Statements are compiled once a connection and kept, since compiling one
/// takes several times as long as running it.
public protocol Connection {
    /// The kind of SQL that it takes.
    var dialect: Dialect { get }

    /// How many rows the last statement that could change any has changed.
    var changesCount: Int { get }

    /// Runs a statement, and leaves what it answers.
    func run(sql: String, arguments: Arguments) throws(SQLError)

    /// Inserts at most one row into a table whose key is `id`.
    ///
    /// - Parameters:
    ///   - sql: An `INSERT` without `RETURNING`, that may insert nothing.
    ///   - arguments: What it binds.
    /// - Returns: The id that the row has got; nil where none was inserted.
    /// - Throws: `SQLError` where the database refuses it.
    func insertIfNew(sql: String, arguments: Arguments) throws(SQLError) -> Int64?

    /// The rows that a statement answers.
    ///
    /// - Parameters:
    ///   - sql: The statement.
    ///   - arguments: What it binds.
    ///   - limit: How many rows are wanted; a statement that changes something is run to its end nevertheless.
    /// - Returns: The rows, in order.
    /// - Throws: `SQLError` where the database refuses it.
    func rows(sql: String, arguments: Arguments, atMost limit: Int) throws(SQLError) -> [Row]

    /// Runs statements, separated by semicolons, that are not needed again.
    func execute(sql: String) throws(SQLError)

    /// Runs `body` in a transaction that writes, and commits it; where `body` throws nothing of it is left.
    func inTransaction(_ body: () throws -> Void) throws

    /// Runs `body` in a part of the transaction that is undone alone where `body` throws.
    func inSavepoint(_ body: () throws -> Void) throws
}

extension Connection {
    /// Runs a statement without parameters.
    public func run(sql: String) throws(SQLError) { try run(sql: sql, arguments: Arguments()) }

    /// Inserts one row into a table whose key is `id`, and returns the id that it has got.
    public func insert(sql: String, arguments: Arguments) throws(SQLError) -> Int64 {
        guard let identifier = try insertIfNew(sql: sql, arguments: arguments) else {
            throw SQLError(.unexpected, "no row was inserted: \(sql)")
        }
        return identifier
    }
}

extension Row {
    /// The first row of a query; nil where it has none.
    public static func one(
        _ connection: any Connection,
        sql: String,
        arguments: Arguments = Arguments()
    ) throws(SQLError) -> Row? {
        try connection.rows(sql: sql, arguments: arguments, atMost: 1).first
    }

    /// All rows of a query.
    public static func all(
        _ connection: any Connection,
        sql: String,
        arguments: Arguments = Arguments()
    ) throws(SQLError) -> [Row] {
        try connection.rows(sql: sql, arguments: arguments, atMost: .max)
    }

    /// The value in the first column.
    @inlinable
    func first<Wanted: ValueConvertible>() throws(SQLError) -> Wanted { try value(columns[0]) }
}

extension ValueConvertible {
    /// The first column of a query's first row; nil where there is none, or where it is null.
    @inlinable
    public static func one(
        _ connection: any Connection,
        sql: String,
        arguments: Arguments = Arguments()
    ) throws(SQLError) -> Self? {
        try Row.one(connection, sql: sql, arguments: arguments)?.first() as Self?
    }

    /// The first column of all rows of a query.
    @inlinable
    public static func all(
        _ connection: any Connection,
        sql: String,
        arguments: Arguments = Arguments()
    ) throws(SQLError) -> [Self] {
        var values: [Self] = []
        for row in try Row.all(connection, sql: sql, arguments: arguments) { values.append(try row.first()) }
        return values
    }
}
