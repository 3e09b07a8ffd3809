import Dispatch
import Synchronization

/// How a PostgreSQL is used.
public struct PostgreSQLOptions: Sendable {
    /// The most connections at a time.
    public var connections = 8
    /// What a statement may take, connecting and waiting for a free connection likewise.
    public var timeout = Duration.seconds(5)

    /// The default limits.
    public init() {}
}

/// A PostgreSQL database: as many connections as are wanted, made when they are, and made anew after they are lost.
public final class PostgreSQLDatabase: Sendable {
    private let hosts: PostgreSQLHosts
    private let options: PostgreSQLOptions
    private let names = StatementNames()
    /// What its connections have gone through.
    public let counts = PostgreSQLCounts()
    private let free: DispatchSemaphore
    private let state = Mutex(State())

    private struct State {
        var idle: [PostgreSQLSession] = []
        /// Why nobody can connect, as far as is known; nil where somebody could the last time.
        var outage: SQLError?
        var isClosed = false
        /// How many connections somebody has.
        var busy = 0
        /// How many connections have been made.
        var connections = 0
    }

    /// How often a piece of work is begun in all, where nothing of it can have been committed.
    private static let tries = 3

    /// Takes an address; connects when there is something to do.
    public init(_ address: PostgreSQLAddress, options: PostgreSQLOptions = PostgreSQLOptions()) {
        hosts = PostgreSQLHosts(address)
        self.options = options
        free = DispatchSemaphore(value: 0)
        for _ in 0..<options.connections { free.signal() }
    }

    /// Runs `body` on what the database holds now, whatever others write meanwhile.
    public func read<Result>(_ body: (PostgreSQLConnection) throws -> Result) throws -> Result {
        try work { connection, session in
            try session.beginReading()
            do {
                let result = try body(connection)
                try session.execute("COMMIT")
                return result
            } catch {
                if session.isInsideTransaction { try? session.execute("ROLLBACK") }
                throw error
            }
        }
    }

    /// Runs `body`, which takes care of its transactions; it is run once more where nothing of it can have been committed,
    /// such as on a connection that the server has ended.
    public func write<Result>(_ body: (PostgreSQLConnection) throws -> Result) throws -> Result {
        try work { connection, _ in try body(connection) }
    }

    /// Why nobody can connect, as far as is known; nil where somebody could the last time.
    public var outage: SQLError? { state.withLock(\.outage) }

    /// How many connections there are: those that wait for work, and those that are at it.
    public var connections: (idle: Int, busy: Int) {
        state.withLock { ($0.idle.count, $0.busy) }
    }

    /// How many connections have been made so far: where it stands still, nobody has been replaced behind them.
    public var connectionCount: Int { state.withLock(\.connections) }

    /// Whether compiled statements are called by their names: not through a pooler that gives a connection to each
    /// transaction, which the first of them finds out.
    public var namesStatements: Bool { names.last }

    /// Ends the connections; those that are in use end with their work.
    public func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func work<Result>(_ body: (PostgreSQLConnection, PostgreSQLSession) throws -> Result) throws -> Result {
        let deadline = Deadline(in: options.timeout)
        for attempt in 1... {
            let session = try take(by: deadline)
            let connection = PostgreSQLConnection(session)
            do {
                defer { give(session) }
                return try body(connection, session)
            } catch let error as SQLError {
                let isRepeated =
                    attempt < Self.tries && error.mayBeRepeated && !connection.hasCommitted
                    && deadline.remaining > .zero
                counts.count(error, isRepeated: isRepeated)
                guard isRepeated else { throw error }
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    /// A connection that nobody else has.
    private func take(by deadline: Deadline) throws(SQLError) -> PostgreSQLSession {
        let isFree = free.wait(timeout: .now()) == .success
        if !isFree { counts.countWait() }
        guard isFree || free.wait(timeout: .now() + deadline.remaining.dispatchInterval) == .success else {
            throw SQLError(.busy, "no connection of \(options.connections) became free within \(options.timeout)")
        }
        do throws(SQLError) {
            let (idle, outage, isClosed) = state.withLock { ($0.idle.popLast(), $0.outage, $0.isClosed) }
            guard !isClosed else { throw SQLError(.unavailable, "the database has been closed") }
            if let outage { throw outage }
            let session: PostgreSQLSession
            if let idle { session = idle } else { session = try connect() }
            state.withLock { $0.busy += 1 }
            return session
        } catch {
            free.signal()
            throw error
        }
    }

    private func connect() throws(SQLError) -> PostgreSQLSession {
        do throws(SQLError) {
            return try newSession()
        } catch {
            begin(outage: error, triedAfter: Self.shortestRest)
            throw error
        }
    }

    private func newSession() throws(SQLError) -> PostgreSQLSession {
        let timeout = options.timeout
        let session = try hosts.connect(within: timeout) { (address, time) throws(SQLError) in
            try PostgreSQLSession(address, timeout: timeout, connecting: time, names: names)
        }
        state.withLock { $0.connections += 1 }
        return session
    }

    private func give(_ session: PostgreSQLSession) {
        if let silence = session.silence { begin(outage: silence, triedAfter: 0) }
        state.withLock { state in
            state.busy -= 1
            if session.isBroken {
                // The others are most likely gone as well.
                state.idle = []
            } else if !state.isClosed, !session.isInsideTransaction {
                state.idle.append(session)
            }
        }
        free.signal()
    }

    /// Has all calls fail at once, until a connection that is tried beside them succeeds.
    private func begin(outage: SQLError, triedAfter delay: Double) {
        let isFirst = state.withLock { state in
            let isFirst = state.outage == nil
            state.outage = outage
            state.idle = []
            return isFirst
        }
        if isFirst { recover(after: delay, failures: 0) }
    }

    /// How long after an attempt to connect has failed the next one is made, in seconds.
    private static let shortestRest = 0.1

    private func recover(after delay: Double, failures: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + delay) { [weak self] in
            guard let self, !state.withLock(\.isClosed) else { return }
            do throws(SQLError) {
                let session = try newSession()
                counts.countReconnect()
                state.withLock { state in
                    state.outage = nil
                    state.idle.append(session)
                }
            } catch {
                state.withLock { $0.outage = error }
                // 0.1 s, 0.2 s … 2 s, up to a quarter less, so that not all servers come at once.
                let longest = min(2.0, 0.1 * Double(1 << min(failures, 6)))
                recover(after: longest * Double.random(in: 0.75...1), failures: failures + 1)
            }
        }
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        .nanoseconds(Int(components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000))
    }
}
