import Dispatch
import SQL

/// A write that waits for its turn, and what has come of it.
///
/// Unchecked: its owner, once he has put it into the queue, touches it again only after `wait()`, which whoever leads the
/// queue ends when he touches it no more.
final class PendingWrite: @unchecked Sendable {
    /// Whether it runs between transactions, and takes care of its own, instead of in a group's.
    let isAlone: Bool
    /// What it does in the database; after a rollback it may be run once more, and its last run counts.
    let body: (SQLiteConnection) throws -> Void
    /// What has come of it; nil as long as that is not known.
    var outcome: Result<Void, any Error>?
    /// What its last run has asked for once it is on the disk.
    var followUps: [() -> Void] = []

    private let turn = DispatchSemaphore(value: 0)

    init(isAlone: Bool, body: @escaping (SQLiteConnection) throws -> Void) {
        self.isAlone = isAlone
        self.body = body
    }

    /// Waits until something has come of it, or until its owner shall lead the queue.
    func wait() { turn.wait() }

    /// Ends `wait()`.
    func release() { turn.signal() }
}
