import Foundation
import SQL

/// Stores on a PostgreSQL.
extension Store {
    /// Opens the store in a PostgreSQL, which may be an empty database, and brings it to the newest schema.
    ///
    /// - Parameters:
    ///   - address: The database.
    ///   - path: A folder for copies of its files, which is made where it is missing.
    ///   - options: The limits.
    ///   - clock: What goes in place of the database's clock; nil for that.
    /// - Returns: The store.
    /// - Throws: `StoreError.unavailable` where the database refuses, has a newer schema, or doesn't answer and may not be away.
    public static func open(
        on address: StoreAddress,
        cache path: String,
        options: StoreOptions = StoreOptions(),
        clock: StoreClock? = nil
    ) throws(StoreError) -> Store {
        let folder = StoreFolder(path: path, permissions: options.permissions)
        try folder.create()
        let ownClock = PostgreSQLClock()
        let engine = PostgreSQLEngine(address, folder: folder, options: options, clock: ownClock)
        do {
            try engine.prepare()
        } catch {
            let isAway = (error as? SQLError).map { $0.cause == .unavailable || $0.cause == .busy } ?? false
            guard isAway, options.mayBeAway else {
                engine.database.close()
                throw StoreError(error, in: "opening \(address)")
            }
        }
        let clock = clock ?? ownClock.clock
        return Store(storage: StorePool(engine: engine, clock: clock, options: options, folder: folder))
    }

    /// Brings the schema of a PostgreSQL forward.
    ///
    /// - Parameters:
    ///   - address: The database.
    ///   - isChecking: Whether to change nothing.
    /// - Returns: The schema that it had, nil for none; and the newest one.
    /// - Throws: `StoreError.unavailable` where it can't be reached or its schema is newer than this program knows.
    public static func migrate(
        _ address: StoreAddress,
        isChecking: Bool
    ) throws(StoreError) -> (found: String?, newest: String) {
        let database = PostgreSQLDatabase(address.address)
        defer { database.close() }
        do {
            let found = try database.read { try PostgreSQLSchema.name(in: $0) }
            if !isChecking { try database.write { try PostgreSQLSchema.migrate($0) } }
            return (found, PostgreSQLSchema.newest)
        } catch {
            throw StoreError(error, in: "migrating \(address)")
        }
    }

    /// Fills an empty PostgreSQL from a backup, of whichever engine.
    ///
    /// The backup is unpacked and verified beside the folder of copies before anything is stored; its rows are stored in one
    /// transaction.
    ///
    /// - Parameters:
    ///   - backup: The file.
    ///   - address: The database.
    ///   - path: The folder for copies of files.
    /// - Returns: What the backup holds.
    /// - Throws: `.conflict` where the database holds something, and what a restore into a folder throws.
    public static func restore(
        _ backup: String,
        to address: StoreAddress,
        cache path: String
    ) throws(StoreError) -> CheckReport {
        let folder = StoreFolder(path: path)
        try folder.create()
        let engine = PostgreSQLEngine(address, folder: folder, options: StoreOptions(), clock: PostgreSQLClock())
        defer { engine.database.close() }
        let staging = path + "/restoring-" + String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        defer { try? FileManager.default.removeItem(atPath: staging) }
        do {
            try engine.requireEmpty()
            let report = try restore(backup, to: staging)
            try engine.take(StoreFolder(path: staging))
            return report
        } catch {
            throw StoreError(error, in: "restoring to \(address)")
        }
    }
}
