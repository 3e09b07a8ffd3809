import GRDB

/// How a database is used by several threads and processes.
public struct SQLiteOptions: Sendable {
    /// How many may read side by side.
    public var readers = 8
    /// Asked while another connection holds what is wanted, with how often it has been asked for that; waits a little and
    /// tells whether to look again.
    public var goesOn: @Sendable (_ tries: Int) -> Bool = { _ in false }
    /// Told of each new connection before it is used.
    public var prepare: @Sendable (SQLiteConnection) throws -> Void = { _ in }

    /// Options with which nobody waits.
    public init() {}
}

/// An SQLite database that is open.
public final class SQLiteDatabase: Sendable {
    let writer: any DatabaseWriter

    /// Opens a database with a write-ahead log, one connection that writes, and several that read.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - options: How it is used.
    /// - Throws: `SQLError` where it can't be opened, and what the options' `prepare` throws.
    public init(shared path: String, options: SQLiteOptions) throws {
        var configuration = Configuration()
        configuration.label = "trainyard"
        configuration.busyMode = .callback { options.goesOn($0) }
        configuration.maximumReaderCount = options.readers
        configuration.prepareDatabase { try options.prepare(SQLiteConnection(database: $0)) }
        writer = try SQLError.translatingSome { try DatabasePool(path: path, configuration: configuration) }
    }

    /// Opens a database on one connection, which nobody else uses.
    ///
    /// - Parameter path: The file; nil for one in memory.
    /// - Throws: `SQLError` where it can't be opened.
    public init(alone path: String? = nil) throws(SQLError) {
        writer = try SQLError.translating {
            guard let path else { return try DatabaseQueue() }
            return try DatabaseQueue(path: path)
        }
    }

    /// Runs `body` on what the database holds now, whatever others write meanwhile.
    public func read<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try SQLError.translatingSome { try writer.read { try body(SQLiteConnection(database: $0)) } }
    }

    /// Runs `body` on a connection for reading, outside a transaction: a writer never waits for it.
    public func readLoosely<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try SQLError.translatingSome { try writer.unsafeRead { try body(SQLiteConnection(database: $0)) } }
    }

    /// Runs `body` on the connection that writes; it takes care of its transactions.
    public func write<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try SQLError.translatingSome { try writer.writeWithoutTransaction { try body(SQLiteConnection(database: $0)) } }
    }

    /// Ends the connections; throws where one is in use.
    public func close() throws(SQLError) {
        try SQLError.translating { try writer.close() }
    }
}
