import GRDB
import GRDBSQLite

/// A connection to an SQLite database.
public struct SQLiteConnection: Connection {
    let database: Database

    /// SQLite's.
    public var dialect: Dialect { .sqlite }

    /// How many rows the last `INSERT`, `UPDATE` or `DELETE` has changed.
    public var changesCount: Int { database.changesCount }

    /// Whether it can't write.
    public var isReadOnly: Bool { database.configuration.readonly }

    /// Whether a transaction is open.
    public var isInsideTransaction: Bool { database.isInsideTransaction }

    /// Runs a statement, and leaves what it answers.
    public func run(sql: String, arguments: Arguments) throws(SQLError) {
        try perform(sql, arguments) { try $0.execute() }
    }

    /// Inserts at most one row into a table whose key is `id`, which is SQLite's own number of the row.
    public func insertIfNew(sql: String, arguments: Arguments) throws(SQLError) -> Int64? {
        try run(sql: sql, arguments: arguments)
        return changesCount == 0 ? nil : database.lastInsertedRowID
    }

    /// The rows that a statement answers.
    public func rows(sql: String, arguments: Arguments, atMost limit: Int) throws(SQLError) -> [Row] {
        try perform(sql, arguments) { statement in
            let cursor = SQLiteRows(of: statement)
            var rows: [Row] = []
            while rows.count < limit, let row = try cursor.next() { rows.append(row) }
            return rows
        }
    }

    /// Runs statements, separated by semicolons, that are not needed again.
    public func execute(sql: String) throws(SQLError) {
        try SQLError.translating { try database.execute(sql: sql) }
    }

    /// The names of a table's columns, in order.
    public func columns(of table: String) throws(SQLError) -> [String] {
        try SQLError.translating { try database.columns(in: table).map(\.name) }
    }

    /// Runs `body` in a transaction, beside which nobody else writes, and commits it; where `body` throws nothing of it is
    /// left.
    public func inTransaction(_ body: () throws -> Void) throws {
        try SQLError.translatingSome {
            try database.inTransaction(.immediate) {
                try body()
                return .commit
            }
        }
    }

    /// Runs `body` in a part of the transaction that is undone alone where `body` throws.
    public func inSavepoint(_ body: () throws -> Void) throws {
        try SQLError.translatingSome {
            try database.inSavepoint {
                try body()
                return .commit
            }
        }
    }

    private func perform<Result>(
        _ sql: String,
        _ arguments: Arguments,
        _ body: (Statement) throws -> Result
    ) throws(SQLError) -> Result {
        try SQLError.translating {
            let statement = try database.cachedStatement(sql: sql)
            return try SQLiteBinding(statement).with(arguments) { try body(statement) }
        }
    }
}

/// The rows of a statement whose parameters are bound.
private final class SQLiteRows: DatabaseCursor {
    typealias Element = Row

    let _statement: Statement
    var _isDone = false
    private let columns: [String]

    init(of statement: Statement) {
        _statement = statement
        columns = statement.columnNames
    }

    func _element(sqliteStatement: SQLiteStatement) -> Row {
        let values = [Value](unsafeUninitializedCapacity: columns.count) { buffer, count in
            while count < columns.count {
                buffer.initializeElement(at: count, to: Value(ofColumn: Int32(count), of: sqliteStatement))
                count += 1
            }
        }
        return Row(columns: columns, values: values)
    }
}
