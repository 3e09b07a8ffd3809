import SQL

/// The schema of the database and the way forward to it from every earlier one.
///
/// Migrations are append-only: a released one never changes, since stores exist that have gone through it.
enum Schema {
    /// Marks the file as a store of this program (`PRAGMA application_id`): the ASCII bytes of "TRYD".
    static let applicationID = 0x5452_5944

    /// The first schema whose rows carry checksums.
    static let checksummed = "v4"

    static let migrations = SQLiteMigrations([
        ("v1", createFirstVersion),
        ("v2", createTurns),
        ("v3", moveCheckpointsToFiles),
        (checksummed, addRowChecksums),
        ("v5", addColumns),
        ("v6", addEvaluations),
        ("v7", keepEpochs),
        ("v8", addExperiments),
        ("v9", addNorms),
        ("v10", addOptimizerStates),
        ("v11", addNodes),
        ("v12", addRanks),
    ])

    /// Refuses a store whose tables, indexes or triggers are not those that the migrations make.
    ///
    /// One bit of a trigger or an index may change what is read or written, and SQLite goes by it.
    static func verify(_ database: SQLiteConnection, path: String) throws {
        let expected = try SQLiteDatabase(alone: nil)
        try migrations.migrate(expected)
        let found = try definitions(database)
        for (name, definition) in try expected.read(definitions).sorted(by: { $0.key < $1.key })
        where found[name] != definition {
            throw StoreError.corrupt("\(path): its schema is damaged, at \(name); restore a backup")
        }
    }

    /// The definitions of all that a migration makes, by kind and name, without regard to white space.
    private static func definitions(_ database: SQLiteConnection) throws -> [String: String] {
        let sql = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> ?"
        var definitions: [String: String] = [:]
        for row in try Row.all(database, sql: sql, arguments: [SQLiteMigrations.table]) {
            let (type, name, text): (String, String, String) =
                (try row.value("type"), try row.value("name"), try row.value("sql"))
            definitions["\(type) \(name)"] = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return definitions
    }

    /// Refuses a file that isn't a store, and a store of a newer program, without changing either.
    static func check(_ database: SQLiteConnection, path: String) throws {
        let tables = try Int.one(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let identifier = try Int.one(database, sql: "PRAGMA application_id") ?? 0
        guard tables == 0 || identifier == applicationID else {
            throw StoreError.unavailable("\(path): it is an SQLite database, but not one of Trainyard's")
        }
        let unknown = try migrations.applied(in: database).subtracting(migrations.names).sorted()
        guard unknown.isEmpty else {
            throw StoreError.unavailable(
                "\(path): its schema is newer (\(unknown.joined(separator: ", "))) than this program knows "
                    + "(up to \(migrations.names.last ?? "none")); use the newer trainyard, or another --data folder"
            )
        }
    }
}
