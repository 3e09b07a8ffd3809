import PrivatePostgreSQL
import SQL
import Testing

/// The engines that have to keep what is promised of all of them.
enum TestEngine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgresql

    /// Those that this machine has; without a PostgreSQL the tests of that one are left out.
    static let present = allCases.filter { $0 == .sqlite || PrivateServer.isInstalled }

    var testDescription: String { rawValue }

    /// The type of a key that the database gives.
    var key: String {
        switch self {
        case .sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT"
        case .postgresql: "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
        }
    }

    /// The type of a column that holds a value as it is.
    func type(of value: Value) -> String {
        guard self == .postgresql else { return "" }
        return switch value {
        case .null, .integer: "bigint"
        case .real: "float8"
        case .text: "text"
        case .bytes: "bytea"
        }
    }

    /// Two bytes, 1 and 2, in SQL.
    var bytes: String {
        switch self {
        case .sqlite: "x'0102'"
        case .postgresql: "'\\x0102'::bytea"
        }
    }

    /// Runs `body` on a connection of its own.
    func write<Result>(_ body: (any Connection) throws -> Result) throws -> Result {
        switch self {
        case .sqlite: return try SQLiteDatabase(alone: nil).write(body)
        case .postgresql:
            let database = try PostgreSQLDatabase(PostgreSQLAddress(PrivateServer.shared.get().url))
            defer { database.close() }
            return try database.write(body)
        }
    }
}
