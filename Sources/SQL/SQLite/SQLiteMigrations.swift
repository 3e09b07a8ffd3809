import GRDB

/// The steps that bring a database to its newest schema; which of them a database has gone through it knows itself.
public struct SQLiteMigrations: Sendable {
    private let migrator: DatabaseMigrator

    /// Takes steps in their order, each with a name that no other has.
    public init(_ steps: [(name: String, migrate: @Sendable (SQLiteConnection) throws -> Void)]) {
        var migrator = DatabaseMigrator()
        for (name, migrate) in steps {
            migrator.registerMigration(name) { try migrate(SQLiteConnection(database: $0)) }
        }
        self.migrator = migrator
    }

    /// The table in which a database keeps the names of what it has gone through.
    public static let table = "grdb_migrations"

    /// The names of the steps, in order.
    public var names: [String] { migrator.migrations }

    /// Brings a database forward, each step in a transaction.
    public func migrate(_ database: SQLiteDatabase) throws {
        try SQLError.translatingSome { try migrator.migrate(database.writer) }
    }

    /// The names of all that a database has gone through, also of steps that are not among these.
    public func applied(in connection: SQLiteConnection) throws(SQLError) -> Set<String> {
        try SQLError.translating { try migrator.appliedIdentifiers(connection.database) }
    }
}
