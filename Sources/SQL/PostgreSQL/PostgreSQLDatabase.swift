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
    private let address: PostgreSQLAddress
    private let options: PostgreSQLOptions
    private let free: DispatchSemaphore
    private let state = Mutex(State())

    private struct State {
        var idle: [PostgreSQLSession] = []
        /// Why nobody can connect, as far as is known; nil where somebody could the last time.
        var outage: SQLError?
        var isClosed = false
    }

    /// How often a piece of work is begun in all, where nothing of it can have been committed.
    private static let tries = 3

    /// Takes an address; connects when there is something to do.
    public init(_ address: PostgreSQLAddress, options: PostgreSQLOptions = PostgreSQLOptions()) {
        self.address = address
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
            } catch let error as SQLError where attempt < Self.tries && error.mayBeRepeated && !connection.hasCommitted
            {
                guard deadline.remaining > .zero else { throw error }
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    /// A connection that nobody else has.
    private func take(by deadline: Deadline) throws(SQLError) -> PostgreSQLSession {
        guard free.wait(timeout: .now() + deadline.remaining.dispatchInterval) == .success else {
            throw SQLError(.busy, "no connection of \(options.connections) became free within \(options.timeout)")
        }
        do throws(SQLError) {
            let (idle, outage, isClosed) = state.withLock { ($0.idle.popLast(), $0.outage, $0.isClosed) }
            guard !isClosed else { throw SQLError(.unavailable, "the database has been closed") }
            if let outage { throw outage }
            if let idle { return idle }
            return try connect()
        } catch {
            free.signal()
            throw error
        }
    }

    private func connect() throws(SQLError) -> PostgreSQLSession {
        do throws(SQLError) {
            return try PostgreSQLSession(address, timeout: options.timeout)
        } catch {
            begin(outage: error)
            throw error
        }
    }

    private func give(_ session: PostgreSQLSession) {
        if let silence = session.silence { begin(outage: silence) }
        state.withLock { state in
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
    private func begin(outage: SQLError) {
        let isFirst = state.withLock { state in
            let isFirst = state.outage == nil
            state.outage = outage
            state.idle = []
            return isFirst
        }
        if isFirst { recover(after: 0, failures: 0) }
    }

    private func recover(after delay: Double, failures: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + delay) { [weak self] in
            guard let self, !state.withLock(\.isClosed) else { return }
            do throws(SQLError) {
                let session = try PostgreSQLSession(address, timeout: options.timeout)
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
