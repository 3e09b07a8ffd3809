import GRDB

/// The schema of the database and the way forward to it from every earlier one.
///
/// Migrations are append-only: a released one never changes, since stores exist that have gone through it.
enum Schema {
    /// Marks the file as a store of this program (`PRAGMA application_id`): the ASCII bytes of "TRYD".
    static let applicationID = 0x5452_5944

    /// The first schema whose rows carry checksums.
    static let checksummed = "v4"

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1", migrate: createFirstVersion)
        migrator.registerMigration("v2", migrate: createTurns)
        migrator.registerMigration("v3", migrate: moveCheckpointsToFiles)
        migrator.registerMigration(checksummed, migrate: addRowChecksums)
        migrator.registerMigration("v5", migrate: addColumns)
        migrator.registerMigration("v6", migrate: addEvaluations)
        migrator.registerMigration("v7", migrate: keepEpochs)
        migrator.registerMigration("v8", migrate: addExperiments)
        migrator.registerMigration("v9", migrate: addNorms)
        migrator.registerMigration("v10", migrate: addOptimizerStates)
        return migrator
    }

    /// Refuses a store whose tables, indexes or triggers are not those that the migrations make.
    ///
    /// One bit of a trigger or an index may change what is read or written, and SQLite goes by it.
    static func verify(_ database: Database, path: String) throws {
        let expected = try DatabaseQueue()
        try migrator.migrate(expected)
        let found = try definitions(database)
        for (name, definition) in try expected.read(definitions).sorted(by: { $0.key < $1.key })
        where found[name] != definition {
            throw StoreError.corrupt("\(path): its schema is damaged, at \(name); restore a backup")
        }
    }

    /// The definitions of all that a migration makes, by kind and name, without regard to white space.
    private static func definitions(_ database: Database) throws -> [String: String] {
        let sql = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> 'grdb_migrations'"
        var definitions: [String: String] = [:]
        for row in try Row.fetchAll(database, sql: sql) {
            let (type, name, text): (String, String, String) =
                (try row.value("type"), try row.value("name"), try row.value("sql"))
            definitions["\(type) \(name)"] = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return definitions
    }

    /// Refuses a file that isn't a store, and a store of a newer program, without changing either.
    static func check(_ database: Database, path: String) throws {
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        let identifier = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard tables == 0 || identifier == applicationID else {
            throw StoreError.unavailable("\(path): it is an SQLite database, but not one of Trainyard's")
        }
        guard try !migrator.hasBeenSuperseded(database) else {
            let known = Set(migrator.migrations)
            let unknown = try migrator.appliedIdentifiers(database).subtracting(known).sorted()
            throw StoreError.unavailable(
                "\(path): its schema is newer (\(unknown.joined(separator: ", "))) than this program knows "
                    + "(up to \(migrator.migrations.last ?? "none")); use the newer trainyard, or another --data folder"
            )
        }
    }
}
