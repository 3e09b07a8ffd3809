import SQL

/// The database of a store: the one place where calls meet its engine and where the engine's errors become `StoreError`s.
///
/// Reads run side by side, each on a snapshot of its own; writes run one after another, in immediate transactions, and return
/// when they are on the disk. What a write did is rolled back when its body throws.
struct StorePool: Sendable {
    let engine: any StoreEngine
    let clock: StoreClock
    let options: StoreOptions
    let folder: StoreFolder
    let verified: VerifiedDatasets
    let trialEnds = TrialEnds()
    let times = CallTimes()

    init(engine: any StoreEngine, clock: StoreClock, options: StoreOptions, folder: StoreFolder) {
        self.engine = engine
        self.clock = clock
        self.options = options
        self.folder = folder
        verified = VerifiedDatasets(clock: clock)
    }

    func read<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: (any Connection) throws -> Value
    ) throws(StoreError) -> Value {
        var value: Value?
        try call(Self.name(of: function, in: file)) {
            try times.measuring(.read) { try engine.read { value = try body($0) } }
        }
        guard let value else { preconditionFailure("a read that has succeeded has a value") }
        return value
    }

    /// Runs `body` in a transaction; after a rollback it may be run once more, on another thread while the caller waits.
    func write<Value>(
        file: StaticString = #fileID,
        function: StaticString = #function,
        _ body: @escaping (any Connection) throws -> Value
    ) throws(StoreError) -> Value {
        var value: Value?
        try call(Self.name(of: function, in: file)) {
            try times.measuring(.write) { try engine.write { value = try body($0) } }
        }
        // The folder may have gone in between, and what was written with it.
        try engine.verifyPresence()
        guard let value else { preconditionFailure("a write that has succeeded has a value") }
        return value
    }

    /// Has the engine do something, where what is open is still in its place; `name` is what errors call it.
    func call<Value>(_ name: @autoclosure () -> String, _ body: () throws -> Value) throws(StoreError) -> Value {
        try engine.verifyPresence()
        do {
            return try body()
        } catch {
            throw StoreError(error, in: name())
        }
    }

    /// `ModelStore/JobTable+Workers.swift` and `claim(by:)` become `JobTable.claim(by:)`.
    static func name(of function: StaticString, in file: StaticString) -> String {
        let lastComponent = "\(file)".split(separator: "/").last ?? ""
        let type = lastComponent.prefix { $0 != "." && $0 != "+" }
        return "\(type).\(function)"
    }
}
