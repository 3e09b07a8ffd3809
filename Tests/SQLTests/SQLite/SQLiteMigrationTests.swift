import SQL
import Testing

/// The way of a database to its newest schema.
struct SQLiteMigrationTests {
    private struct Refusal: Error {}

    private static let first = SQLiteMigrations([
        ("first", { try $0.execute(sql: "CREATE TABLE a (x); CREATE TABLE b (x)") })
    ])

    private func tables(_ database: SQLiteDatabase) throws -> [String] {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> ? ORDER BY name"
        return try database.read { try String.all($0, sql: sql, arguments: [SQLiteMigrations.table]) }
    }

    @Test func `each step is gone once, also by a program that knows more of them`() throws {
        let database = try SQLiteDatabase(alone: nil)
        #expect(try database.read { try Self.first.applied(in: $0) } == [])
        try Self.first.migrate(database)
        try Self.first.migrate(database)
        let later = SQLiteMigrations([
            ("first", { _ in throw Refusal() }), ("second", { try $0.execute(sql: "ALTER TABLE a RENAME TO c") }),
        ])
        try later.migrate(database)

        #expect(try tables(database) == ["b", "c"])
        #expect(later.names == ["first", "second"])
        #expect(try database.read { try Self.first.applied(in: $0) } == ["first", "second"])
    }

    @Test func `a step that fails leaves nothing, and those before it stay`() throws {
        let database = try SQLiteDatabase(alone: nil)
        try Self.first.migrate(database)
        let broken = SQLiteMigrations([
            ("first", { _ in }),
            (
                "second",
                {
                    try $0.execute(sql: "CREATE TABLE c (x)")
                    throw Refusal()
                }
            ),
        ])

        #expect(throws: Refusal.self) { try broken.migrate(database) }

        #expect(try tables(database) == ["a", "b"])
        #expect(try database.read { try broken.applied(in: $0) } == ["first"])
    }
}
