import Foundation
import SQL
import Synchronization

/// The write-ahead log of a store and the one connection that writes into it: what makes accepted mean durable.
///
/// A commit returns when the log is on the disk. What a commit that failed has left in the log must not come back: SQLite
/// itself forgets it, but whoever reads the log after a crash would take it for a commit. So it is in doubt until another
/// commit has been written over it and is on the disk, and until then nothing else is accepted. The kernel may count pages as
/// written that an fsync could not write, so the same pages are never synchronized a second time: what failed is written
/// anew, by the next commit here, and by SQLite's next checkpoint, which copies all that the last complete one had not.
///
/// One caller at a time, who leads the `WriteQueue`, apart from `isSettled`, `trouble` and `checkpoint(_:)`.
final class CommitLog: Sendable {
    private let database: SQLiteDatabase
    private let clock: StoreClock
    private let folder: StoreFolder
    private let state = Mutex(State())
    private let length = SQLiteLogLength()

    private struct State {
        /// Whether the log may hold a commit that has been refused.
        var isInDoubt = false
        /// How many frames the log shall have before it is moved into the database.
        var due = CommitLog.checkpointFrames
        /// Why the log could not be moved into the database the last time; nil where it could.
        var checkpointFailure: StoreError?
        /// Why the database can't be trusted until its log is played back from the beginning; nil where it can.
        var loss: StoreError?
    }

    /// Why a transaction has not taken place.
    enum Failure: Error {
        /// It could not begin.
        case unbegun(any Error)
        /// Its body threw this.
        case refused(any Error)
        /// Its commit failed.
        case uncommitted(any Error)

        var cause: any Error {
            switch self {
            case .unbegun(let error), .refused(let error), .uncommitted(let error): error
            }
        }

        /// Whether the cause may lie in one part of the body, and others would succeed without it.
        var mayLieInOne: Bool {
            switch self {
            case .unbegun: false
            case .refused: true
            case .uncommitted(let error): !CommitLog.isOfDevice(error)
            }
        }
    }

    /// At how many frames, a page of 4 KiB each, the log is moved into the database, and after how many further ones again
    /// where readers kept a part of it.
    private static let checkpointFrames = 1000
    private static let furtherFrames = 250

    /// Takes the writer of a database that has just been opened, has its commits wait for the disk, and asks SQLite whether they
    /// will.
    ///
    /// GRDB's pool sets `synchronous` to NORMAL when it turns the log on, after the configuration's preparations; with NORMAL
    /// a commit returns before the disk has it (https://www.sqlite.org/pragma.html#pragma_synchronous).
    ///
    /// - Throws: `StoreError.unavailable` where SQLite would not wait.
    init(database: SQLiteDatabase, clock: StoreClock, folder: StoreFolder) throws {
        self.database = database
        self.clock = clock
        self.folder = folder
        try database.write { connection in
            try connection.run(sql: "PRAGMA synchronous = FULL")
            guard try Self.waitsForDisk(connection) else {
                throw StoreError.unavailable(
                    "\(folder.database): SQLite would not wait for the disk (synchronous is not \(Self.full)), so nothing "
                        + "could be accepted; use an SQLite library that takes the setting"
                )
            }
            // The writer's last commit comes before the end of this object.
            connection.note(length)
        }
    }

    /// Whether a connection's commits wait for the disk.
    static func waitsForDisk(_ connection: SQLiteConnection) throws(SQLError) -> Bool {
        try Int.one(connection, sql: "PRAGMA synchronous") ?? 0 >= full
    }

    /// SQLite's number for FULL; EXTRA is 3.
    private static let full = 2

    /// Whether no refused commit can come back after a crash.
    var isSettled: Bool { state.withLock { !$0.isInDoubt } }

    /// Why the store isn't well although it may take commits; nil where it is.
    var trouble: StoreError? { state.withLock { $0.loss ?? $0.checkpointFailure } }

    /// Runs `body` in an immediate transaction, and returns when it is on the disk.
    func transaction(_ body: (SQLiteConnection) throws -> Void) throws(Failure) {
        try settle()
        do throws(Failure) {
            try attempt(body)
        } catch {
            if case .uncommitted = error { doubt() }
            throw error
        }
    }

    /// Runs `body`, which takes care of its transactions.
    func betweenTransactions(_ body: (SQLiteConnection) throws -> Void) throws(Failure) {
        try settle()
        do {
            try database.write(body)
        } catch {
            if Self.isOfDevice(error) { doubt() }
            throw .refused(error)
        }
    }

    private func attempt(_ body: (SQLiteConnection) throws -> Void) throws(Failure) {
        var (hasBegun, hasRun) = (false, false)
        do {
            try database.write { connection in
                try connection.inTransaction {
                    hasBegun = true
                    try body(connection)
                    hasRun = true
                }
            }
        } catch {
            throw hasRun ? .uncommitted(error) : hasBegun ? .refused(error) : .unbegun(error)
        }
    }

    /// Notes that the log may hold a refused commit, and tries at once to write over it.
    private func doubt() {
        state.withLock { $0.isInDoubt = true }
        // Where it fails, the next write tries again and tells.
        try? settle()
    }

    /// Writes a commit of no content over what may be left of a refused one, which makes it unreadable: each frame's checksum
    /// covers all frames before it (https://www.sqlite.org/fileformat2.html#walformat).
    private func settle() throws(Failure) {
        let (isInDoubt, loss) = state.withLock { ($0.isInDoubt, $0.loss) }
        if let loss { throw .unbegun(loss) }
        guard isInDoubt else { return }
        do throws(Failure) {
            try attempt { try Probe.write(at: clock.now(), in: $0) }
        } catch {
            throw .unbegun(error.cause)
        }
        state.withLock { $0.isInDoubt = false }
    }

    /// Moves the log into the database where it has become long.
    func checkpointIfDue() {
        guard length.frames >= state.withLock(\.due) else { return }
        // What goes wrong is kept for `trouble`; the log holds all of it as well.
        try? checkpoint(.passive)
    }

    /// Moves the log into the database as far as readers let it.
    func checkpoint(_ mode: SQLiteConnection.Checkpoint) throws(StoreError) {
        do {
            let (total, moved) = try database.write { connection in
                let (total, moved) = try connection.checkpoint(mode)
                // SQLite leaves this out where a part stays behind, and does not copy again what it has copied.
                if moved < total { try synchronize(connection) }
                return (total, moved)
            }
            state.withLock { state in
                state.checkpointFailure = nil
                state.due = moved < total ? total + Self.furtherFrames : Self.checkpointFrames
            }
        } catch {
            let failure = StoreError(error, in: "moving the log into \(folder.database)")
            state.withLock { state in
                state.due = length.frames + Self.furtherFrames
                // Another process is at it.
                if case .busy = failure { return }
                state.checkpointFailure = failure
            }
            throw failure
        }
    }

    /// Waits until the database, without its log, is on the disk.
    func synchronizeDatabase() throws(StoreError) {
        do {
            try database.write { try $0.synchronize() }
        } catch {
            throw StoreError(error, in: "synchronizing \(folder.database)")
        }
    }

    private func synchronize(_ connection: SQLiteConnection) throws {
        do {
            try connection.synchronize()
        } catch {
            let loss = StoreError.unavailable(
                "synchronizing \(folder.database): \(error); pages of the database may be lost that its log still has: stop every program that uses the "
                    + "folder and start again, which plays the log back"
            )
            state.withLock { $0.loss = loss }
            throw loss
        }
    }

    /// Ends the connections, after the log has been moved into the database where nobody else is using it.
    func close() throws {
        guard state.withLock({ $0.loss == nil }) else {
            // Closing would move the rest of the log and remove it, and with it what must be played back.
            _ = Unmanaged.passRetained(database)
            return
        }
        try? settle()
        // What stays in the log is as durable there.
        if isSettled { try? checkpoint(.truncate) }
        try database.close()
    }

    /// Whether an error says that the disk has not done what it was told.
    static func isOfDevice(_ error: any Error) -> Bool {
        guard let error = error as? SQLError else { return false }
        return error.isOfDevice
    }
}
