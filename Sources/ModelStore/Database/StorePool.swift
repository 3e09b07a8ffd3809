import GRDB

/// The database of a store: the one place where calls meet SQLite and where its errors become `StoreError`s.
///
/// Reads run side by side, each on a snapshot of its own; writes run one after another, in immediate transactions, and return
/// when they are on the disk. What a write did is rolled back when its body throws.
struct StorePool: Sendable {
    let pool: DatabasePool
    let log: CommitLog
    let writes: WriteQueue
    let clock: StoreClock
    let options: StoreOptions
    let folder: StoreFolder
    let verified: VerifiedDatasets
    let trialEnds = TrialEnds()
    private let presence: FolderPresence

    /// - Throws: `StoreError.unavailable` where SQLite would not wait for the disk.
    init(pool: DatabasePool, clock: StoreClock, options: StoreOptions, folder: StoreFolder) throws {
        self.pool = pool
        self.clock = clock
        self.options = options
        self.folder = folder
        verified = VerifiedDatasets(clock: clock)
        log = try CommitLog(pool: pool, clock: clock, folder: folder)
        writes = WriteQueue(log: log)
        presence = try FolderPresence(folder)
    }

    /// Throws `.unavailable` where what is open is not, or no longer, what lies under the folder's paths.
    func verifyPresence() throws(StoreError) { try presence.verify() }

    func read<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try presence.verify()
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error, in: Self.name(of: function, in: file))
        }
    }

    /// Runs `body` in a transaction; after a rollback it may be run once more, on another thread while the caller waits.
    func write<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: @escaping (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try run(isAlone: false, Self.name(of: function, in: file), body)
    }

    /// Runs `body` between the transactions of others; it takes care of its own.
    func writeAlone<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: @escaping (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try run(isAlone: true, Self.name(of: function, in: file), body)
    }

    private func run<Value>(
        isAlone: Bool,
        _ call: String,
        _ body: @escaping (Database) throws -> Value
    ) throws(StoreError) -> Value {
        try presence.verify()
        var value: Value?
        do {
            try writes.run(isAlone: isAlone) { value = try body($0) }
        } catch {
            throw StoreError(error, in: call)
        }
        // The folder may have gone in between, and what was written with it.
        try presence.verify()
        guard let value else { preconditionFailure("a write that has succeeded has a value") }
        return value
    }

    /// `ModelStore/JobTable+Workers.swift` and `claim(by:)` become `JobTable.claim(by:)`.
    static func name(of function: StaticString, in file: StaticString) -> String {
        let lastComponent = "\(file)".split(separator: "/").last ?? ""
        let type = lastComponent.prefix { $0 != "." && $0 != "+" }
        return "\(type).\(function)"
    }
}
