import Foundation
import SQL
import Synchronization

/// The engine of a store that is kept in a PostgreSQL; the folder holds copies of its files alone.
final class PostgreSQLEngine: StoreEngine {
    let database: PostgreSQLDatabase
    let folder: StoreFolder
    let cache: FileCache
    private let clock: PostgreSQLClock
    private let state = Mutex(State())

    private struct State {
        /// Whether the database is known to have the newest schema.
        var isReady = false
        /// How many commits there have been.
        var commits = 0
        /// What the writes whose bodies are running have asked for once they are on the disk, by thread.
        var followUps: [pthread_t: FollowUps] = [:]
    }

    /// Unchecked: the thread that runs the write has it, and no other.
    private final class FollowUps: @unchecked Sendable {
        var actions: [() -> Void] = []
    }

    /// Takes a database, which need not answer yet.
    init(_ address: StoreAddress, folder: StoreFolder, options: StoreOptions, clock: PostgreSQLClock) {
        self.folder = folder
        self.clock = clock
        cache = FileCache(folder: folder, limit: options.cacheBytes)
        var limits = PostgreSQLOptions()
        limits.connections = options.connections
        limits.timeout = .milliseconds(options.timeoutMilliseconds)
        database = PostgreSQLDatabase(address.address, options: limits)
    }

    /// Brings the database to the newest schema, once.
    func prepare() throws {
        guard !state.withLock(\.isReady) else { return }
        let found = try database.read { connection in
            try clock.adjust(connection)
            return try PostgreSQLSchema.name(in: connection)
        }
        if found != PostgreSQLSchema.newest { try database.write { try PostgreSQLSchema.migrate($0) } }
        state.withLock { $0.isReady = true }
    }

    var description: EngineDescription {
        let server = clock.server
        return EngineDescription(
            name: "postgresql",
            schema: state.withLock(\.isReady) ? PostgreSQLSchema.newest : "",
            server: server?.version ?? "",
            notifies: false,
            clockOffset: server?.millisecondsAhead ?? 0
        )
    }

    func verifyPresence() throws(StoreError) {}

    func read(_ body: (any Connection) throws -> Void) throws {
        try prepare()
        try database.read(body)
    }

    func write(_ body: @escaping (any Connection) throws -> Void) throws {
        try prepare()
        let thread = pthread_self()
        let followUps = FollowUps()
        state.withLock { $0.followUps[thread] = followUps }
        defer { state.withLock { $0.followUps[thread] = nil } }
        try exclusively { connection in
            followUps.actions = []
            try body(connection)
        }
        for action in followUps.actions { action() }
    }

    /// Runs `body` in a transaction beside which nobody writes.
    func exclusively(_ body: (PostgreSQLConnection) throws -> Void) throws {
        try database.write { connection in
            try connection.inTransaction {
                try PostgreSQLLock.store.take(connection)
                try clock.adjust(connection)
                try body(connection)
            }
        }
        state.withLock { $0.commits += 1 }
    }

    func afterCommit(_ action: @escaping () -> Void) {
        state.withLock { $0.followUps[pthread_self()] }?.actions.append(action)
    }

    /// How often others' commits are looked for.
    private static let period = 250

    var writeMark: WriteMark? {
        let now = StoreClock.system.steadyMilliseconds()
        return WriteMark(commits: state.withLock(\.commits), period: Int(now) / Self.period)
    }

    func waitsForDisk() throws -> Bool {
        try database.read { connection in
            let sql = "SELECT setting FROM pg_settings WHERE name = 'synchronous_commit'"
            return try String.one(connection, sql: sql) != "off"
        }
    }

    var isSettled: Bool { true }

    var trouble: StoreError? { database.outage.map { StoreError($0, in: "the store") } }

    func faults() throws -> [String] { [] }

    func rebuildIndexes() throws {}

    func reclaimSpace(maximumPages: Int) throws -> Int {
        try prepare()
        try PostgreSQLFiles.sweep(database)
        return 0
    }

    func close() throws { database.close() }
}

/// Files, which lie in the database, and copies of them in the folder.
extension PostgreSQLEngine {
    var keepsFilesInFolder: Bool { false }

    func keepFile(_ name: String, from path: String) throws(StoreError) {
        try calling("keeping \(name)") {
            try prepare()
            try PostgreSQLFiles.keep(name, from: path, in: database)
        }
        cache.makeRoom()
    }

    func provideFile(_ name: String, at path: String, in database: (any Connection)?) throws(StoreError) {
        guard !cache.uses(path) else { return }
        try calling("fetching \(name)") {
            if let database {
                try PostgreSQLFiles.fetch(name, to: path, in: database, folder: folder)
            } else {
                try read { try PostgreSQLFiles.fetch(name, to: path, in: $0, folder: folder) }
            }
        }
        cache.makeRoom(keeping: path)
    }

    func copyFile(_ name: String, as copy: String) throws(StoreError) {
        try calling("copying \(name)") { try database.write { try PostgreSQLFiles.copy(name, as: copy, in: $0) } }
    }

    func discardFile(_ name: String) {
        // What stays is swept a day later.
        try? database.write { try PostgreSQLFiles.discard(name, in: $0) }
    }

    private func calling(_ call: String, _ body: () throws -> Void) throws(StoreError) {
        do {
            try body()
        } catch {
            throw StoreError(error, in: call)
        }
    }
}
