import GRDB

/// The schema of the database and the way forward to it from every earlier one.
///
/// Migrations are append-only: a released one never changes, since stores exist that have gone through it.
enum Schema {
    /// Marks the file as a store of this program (`PRAGMA application_id`): the ASCII bytes of "TRYD".
    static let applicationID = 0x5452_5944

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1", migrate: createFirstVersion)
        migrator.registerMigration("v2", migrate: createTurns)
        migrator.registerMigration("v3", migrate: moveCheckpointsToFiles)
        return migrator
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
