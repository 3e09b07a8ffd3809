import Foundation
import SQL
import Synchronization

/// The engine of a store that is kept in a PostgreSQL; the folder holds copies of its files alone.
final class PostgreSQLEngine: StoreEngine {
    let database: PostgreSQLDatabase
    let folder: StoreFolder
    let cache: FileCache
    private let times = CallTimes()
    private let clock: PostgreSQLClock
    private let notices: PostgreSQLNotices?
    private let timeout: Duration
    private let state = Mutex(State())

    private struct State {
        /// The schema that the database was found to have, which suits this program; nil before.
        var schema: String?
        /// How many connections had been made when that was found.
        var connections = 0
        /// How many commits there have been here, and notices of others'.
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
        timeout = limits.timeout
        let database = PostgreSQLDatabase(address.address, options: limits)
        self.database = database
        notices = options.noticesFrom.map {
            PostgreSQLNotices(database: database, listeningAt: $0.address, timeout: limits.timeout)
        }
    }

    /// Sees to it that the database has a schema that suits this program: an older one is brought forward, once, and whether
    /// a newer one has come is looked up again whenever a new connection has been made.
    func prepare() throws {
        let connections = database.connectionCount
        guard state.withLock({ $0.schema == nil || $0.connections != connections }) else { return }
        let standing = try database.read { connection in
            try clock.adjust(connection)
            return try PostgreSQLSchema.standing(in: connection)
        }
        var schema = PostgreSQLSchema.newest
        switch standing {
        case .suitable(let found): schema = found
        case .empty, .older: try database.write { try PostgreSQLSchema.migrate($0) }
        }
        state.withLock { ($0.schema, $0.connections) = (schema, connections) }
    }

    var description: EngineDescription {
        let server = clock.server
        return EngineDescription(
            name: "postgresql",
            schema: state.withLock(\.schema) ?? "",
            server: server?.version ?? "",
            notifies: notices?.isHearing ?? false,
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
    ///
    /// Where the answer to the commit is lost, the server is asked what came of the transaction; where nothing did, `body` is
    /// run once more.
    ///
    /// - Throws: What `body` throws; `SQLError` of the cause `uncertain` where the server does not answer in time.
    func exclusively(_ body: (PostgreSQLConnection) throws -> Void) throws {
        let end = ContinuousClock.now + timeout
        var hasCommitted = false
        while !hasCommitted {
            var transaction: Int64?
            do {
                try database.write { connection in
                    try connection.inTransaction {
                        transaction = try PostgreSQLLock.store.takeForWriting(connection)
                        try clock.adjust(connection)
                        try body(connection)
                    }
                }
                hasCommitted = true
            } catch let error as SQLError where error.cause == .uncertain {
                guard let transaction, let outcome = outcome(of: transaction, until: end) else { throw error }
                hasCommitted = outcome
            }
        }
        state.withLock { $0.commits += 1 }
        notices?.tell()
    }

    /// Whether a transaction was committed; nil where nobody can tell in time.
    private func outcome(of transaction: Int64, until end: ContinuousClock.Instant) -> Bool? {
        while ContinuousClock.now < end {
            // Until the database can be asked, or has noticed by itself that the connection is gone.
            switch try? database.read({ try PostgreSQLLock.state(of: transaction, in: $0) }) {
            case "committed": return true
            case "aborted": return false
            default: Thread.sleep(forTimeInterval: Self.askingSeconds)
            }
        }
        return nil
    }

    /// How often it is asked what came of a commit.
    private static let askingSeconds = 0.05

    func afterCommit(_ action: @escaping () -> Void) {
        state.withLock { $0.followUps[pthread_self()] }?.actions.append(action)
    }

    /// How often others' commits are looked for where nobody tells of them, in milliseconds.
    private static let period = 250
    /// How often where somebody does, since a notice may be lost.
    private static let periodWithNotices = 1000

    var writeMark: WriteMark? {
        let now = StoreClock.system.steadyMilliseconds()
        let period = notices?.isHearing == true ? Self.periodWithNotices : Self.period
        return WriteMark(commits: state.withLock(\.commits), period: Int(now) / period)
    }

    func whenOthersCommit(_ action: @escaping @Sendable () -> Void) {
        notices?.listen { [weak self] in
            self?.state.withLock { $0.commits += 1 }
            action()
        }
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

    var counts: EngineCounts {
        var counts = EngineCounts()
        (counts.idleConnections, counts.busyConnections) = database.connections
        counts.connectionWaits = database.counts.waits
        counts.reconnects = database.counts.reconnects
        for cause in PostgreSQLCounts.Repetition.allCases {
            counts.retries["\(cause)"] = database.counts.repetitions(for: cause)
        }
        counts.unknownCommits = database.counts.unknownCommits
        counts.notifications = notices?.count ?? 0
        counts.byteTimes = times.found[.bytes] ?? StoreMeasures.Times()
        (counts.cacheBytes, counts.cacheHits, counts.cacheMisses) = (cache.bytes, cache.hits, cache.misses)
        return counts
    }

    func close() throws {
        notices?.close()
        database.close()
    }
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
        try calling("copying \(name)") { try inTransaction { try PostgreSQLFiles.copy(name, as: copy, in: $0) } }
    }

    func discardFile(_ name: String) {
        // What stays is swept a day later.
        try? inTransaction { try PostgreSQLFiles.discard(name, in: $0) }
    }

    private func inTransaction(_ body: (PostgreSQLConnection) throws -> Void) throws {
        try database.write { connection in try connection.inTransaction { try body(connection) } }
    }

    private func calling(_ call: String, _ body: () throws -> Void) throws(StoreError) {
        do {
            try times.measuring(.bytes, body)
        } catch {
            throw StoreError(error, in: call)
        }
    }
}
