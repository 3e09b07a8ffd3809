import SQL

/// The engine of a store that is kept in a folder, in an SQLite database.
struct SQLiteEngine: StoreEngine {
    private let database: SQLiteDatabase
    private let folder: StoreFolder
    private let log: CommitLog
    private let writes: WriteQueue
    private let presence: FolderPresence
    let description: EngineDescription

    /// Opens the database of a folder, which may be empty, and brings it to the newest schema.
    ///
    /// - Throws: `StoreError.unavailable` where SQLite would not wait for the disk, and where the database is not one of this
    ///   program or of a newer one.
    init(_ folder: StoreFolder, options: StoreOptions, clock: StoreClock) throws(StoreError) {
        self.folder = folder
        do {
            database = try SQLiteDatabase(shared: folder.database, options: Self.options(options))
            log = try CommitLog(database: database, clock: clock, folder: folder)
            writes = WriteQueue(log: log)
            presence = try FolderPresence(folder)
            try database.read { try Schema.check($0, path: folder.database) }
            try Schema.migrations.migrate(database)
            try database.read { try Schema.verify($0, path: folder.database) }
            description = EngineDescription(
                name: "sqlite",
                schema: Schema.migrations.names.last ?? "",
                server: try database.read { try String.one($0, sql: "SELECT sqlite_version()") } ?? "",
                notifies: false,
                clockOffset: 0
            )
        } catch {
            throw StoreError(error, in: "opening \(folder.database)")
        }
        // A process that was killed may have left a commit in the log that the disk does not have yet, and the log itself
        // may be new: what is removed now, or answered, rests on both.
        try log.synchronizeDatabase()
        try OpenedFile.synchronize(folder.log)
        try StoreFolder.synchronize(folder.path)
    }

    private static func options(_ store: StoreOptions) -> SQLiteOptions {
        var options = SQLiteOptions()
        let wait = BusyWait(milliseconds: store.busyTimeoutMilliseconds)
        options.goesOn = { wait.goOn(after: $0) }
        options.prepare = { connection in
            // Takes effect only while the file is still empty: freed pages can then be given back bit by bit.
            if !connection.isReadOnly { try connection.run(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
            try connection.add(RowChecksum.function)
            // A damaged page is found when it is read, not when it is walked off the end of.
            try connection.run(sql: "PRAGMA cell_size_check = ON")
            // A long backup lets the write-ahead log grow; afterwards it shrinks again.
            try connection.run(sql: "PRAGMA journal_size_limit = \(64 << 20)")
        }
        return options
    }

    func verifyPresence() throws(StoreError) { try presence.verify() }

    func read(_ body: (any Connection) throws -> Void) throws { try database.read(body) }

    func write(_ body: @escaping (any Connection) throws -> Void) throws { try writes.run(body) }

    func afterCommit(_ action: @escaping () -> Void) { writes.afterCommit(action) }

    var writeMark: WriteMark? { WriteMark(ofLog: folder.log) }

    func waitsForDisk() throws -> Bool { try between { try CommitLog.waitsForDisk($0) } }

    var isSettled: Bool { log.isSettled }

    var trouble: StoreError? { log.trouble }

    func close() throws { try log.close() }
}

/// Work on the database as a whole.
extension SQLiteEngine {
    func copy(to path: String, then body: ((any Connection)?) throws -> Void) throws {
        try database.readLoosely { try $0.run(sql: "VACUUM INTO ?", arguments: [path]) }
        try body(nil)
    }

    func copyModel(_ name: String, to file: SQLiteDatabase) throws {
        try file.write { connection in
            try ModelCopy.attached(folder.database, to: connection) { try ModelCopy.copyModel(name, in: $0) }
        }
    }

    func takeModel(_ name: String, from path: String, as target: String) throws -> StoredModel {
        try between { connection in
            try ModelCopy.attached(path, to: connection) { connection in
                try ModelCopy.importModel(name, as: target, in: connection)
                return try ModelTable.find(target, in: connection)
            }
        }
    }

    func faults() throws -> [String] {
        try database.read { connection in
            let structure = try String.all(connection, sql: "PRAGMA integrity_check(20)")
            let references = try Row.all(connection, sql: "PRAGMA foreign_key_check").map { row in
                let (table, parent): (String, String) = (try row.value("table"), try row.value("parent"))
                return "a row of \(table) refers to a row of \(parent) that does not exist"
            }
            return structure.filter { $0 != "ok" } + references
        }
    }

    func rebuildIndexes() throws { try write { try $0.run(sql: "REINDEX") } }

    func reclaimSpace(maximumPages: Int) throws -> Int {
        let free = try between { connection in
            try connection.run(sql: "PRAGMA incremental_vacuum(\(max(maximumPages, 1)))")
            return try Int.one(connection, sql: "PRAGMA freelist_count") ?? 0
        }
        // The file shrinks once the write-ahead log has been copied into it; a reader may put that off.
        if free == 0 { try log.checkpoint(.passive) }
        return free
    }

    /// Runs `body` between the transactions of others; it takes care of its own.
    private func between<Value>(_ body: @escaping (SQLiteConnection) throws -> Value) throws -> Value {
        var value: Value?
        try writes.run(isAlone: true) { value = try body($0) }
        // The folder may have gone in between, and what was written with it.
        try presence.verify()
        guard let value else { preconditionFailure("a write that has succeeded has a value") }
        return value
    }
}
