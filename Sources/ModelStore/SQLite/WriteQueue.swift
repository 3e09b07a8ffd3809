import SQL
import Synchronization

/// Runs the writes of many threads one after another; those that wait at the same time share a transaction, and with it the
/// wait for the disk (group commit).
///
/// Whoever finds the queue idle leads it: on his own thread he runs all that waits, each in a savepoint, so that one that
/// fails is rolled back alone; commits, which returns when the log is on the disk; lets the others go; and hands the lead
/// to the first of those that have come meanwhile. So a lone writer waits for nobody, and nobody for a timer. Where the
/// commit fails it has failed for all of the group: a refusal, too, may rest on what another of them wrote.
final class WriteQueue: Sendable {
    private let log: CommitLog
    private let state = Mutex(State())

    private struct State {
        var waiting: [PendingWrite] = []
        var isLed = false
        /// The write whose body is running.
        var current: PendingWrite?
    }

    /// One of a group has brought SQLite to roll all of it back.
    private struct GroupUndone: Error {}

    /// A queue for those who write into a log.
    init(log: CommitLog) {
        self.log = log
    }

    /// Runs a write, in a transaction that it may share with others.
    ///
    /// - Parameters:
    ///   - isAlone: Whether it runs between transactions, and takes care of its own.
    ///   - body: What it does in the database; after a rollback it may be run once more.
    /// - Throws: What `body` threw, or why its transaction could not begin or did not get to the disk.
    func run(isAlone: Bool = false, _ body: @escaping (SQLiteConnection) throws -> Void) throws {
        let write = PendingWrite(isAlone: isAlone, body: body)
        let leads = state.withLock { state in
            state.waiting.append(write)
            defer { state.isLed = true }
            return !state.isLed
        }
        if !leads { write.wait() }
        if write.outcome == nil { lead() }
        try write.outcome?.get()
        for action in write.followUps { action() }
    }

    /// Has something done once the write whose body is running is on the disk, on its owner's thread; never if it fails.
    func afterCommit(_ action: @escaping () -> Void) {
        state.withLock { $0.current?.followUps.append(action) }
    }

    /// Runs the first group of what waits, to which the leader's own write belongs, and hands the lead on.
    private func lead() {
        let group = state.withLock { state in
            let end = state.waiting.dropFirst().firstIndex { $0.isAlone } ?? state.waiting.count
            let count = state.waiting[0].isAlone ? 1 : end
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting[..<count])
        }
        perform(group)
        for write in group.dropFirst() { write.release() }
        log.checkpointIfDue()
        let next = state.withLock { state in
            state.isLed = !state.waiting.isEmpty
            return state.waiting.first
        }
        next?.release()
    }

    private func perform(_ group: [PendingWrite]) {
        guard group.count > 1 else { return performSingly(group[0]) }
        do {
            try log.transaction { database in
                for write in group {
                    write.outcome = Result {
                        try database.inSavepoint { try run(write, in: database) }
                    }
                    guard database.isInsideTransaction else { throw GroupUndone() }
                }
            }
        } catch  where error.mayLieInOne {
            // Such as one that is too large for the disk: each for itself.
            for write in group { performSingly(write) }
        } catch {
            for write in group { write.outcome = .failure(error.cause) }
        }
    }

    private func performSingly(_ write: PendingWrite) {
        do {
            if write.isAlone {
                try log.betweenTransactions { try run(write, in: $0) }
            } else {
                try log.transaction { try run(write, in: $0) }
            }
            write.outcome = .success(())
        } catch {
            write.outcome = .failure(error.cause)
        }
    }

    private func run(_ write: PendingWrite, in database: SQLiteConnection) throws {
        write.followUps = []
        state.withLock { $0.current = write }
        defer { state.withLock { $0.current = nil } }
        try write.body(database)
    }
}
