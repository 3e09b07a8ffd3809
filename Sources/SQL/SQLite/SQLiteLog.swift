import GRDB
import GRDBSQLite
import Synchronization

/// How long the write-ahead log of a database is, told by the connection that writes after each of its commits.
public final class SQLiteLogLength: Sendable {
    private let count = Atomic(0)

    /// Zero, until a commit.
    public init() {}

    /// In frames, a page of the database each.
    public var frames: Int { count.load(ordering: .relaxed) }

    fileprivate func note(_ frames: Int) { count.store(frames, ordering: .relaxed) }
}

/// Work on the write-ahead log (https://www.sqlite.org/wal.html).
extension SQLiteConnection {
    /// How hard a checkpoint tries.
    public enum Checkpoint: Sendable {
        /// As far as it gets without waiting for anybody.
        case passive
        /// To the end, after which the log is empty.
        case truncate
    }

    /// Has the length of the log noted, in place of the checkpoints that SQLite makes by itself: those move the log within
    /// the commit, and keep a failure to themselves.
    ///
    /// - Parameter length: Takes it; has to outlive the connection's last commit.
    public func note(_ length: SQLiteLogLength) {
        sqlite3_wal_hook(database.sqliteConnection, Self.hook, Unmanaged.passUnretained(length).toOpaque())
    }

    private static let hook:
        @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = {
            (length, _, name, frames) in
            guard let length, let name, String(cString: name) == "main" else { return SQLITE_OK }
            Unmanaged<SQLiteLogLength>.fromOpaque(length).takeUnretainedValue().note(Int(frames))
            return SQLITE_OK
        }

    /// Moves the log into the database.
    ///
    /// - Parameter mode: How hard to try.
    /// - Returns: How many frames the log has, and how many of them have been moved.
    /// - Throws: `SQLError` where it can't be.
    public func checkpoint(_ mode: Checkpoint) throws(SQLError) -> (frames: Int, moved: Int) {
        try SQLError.translating {
            let counts = try database.checkpoint(mode == .passive ? .passive : .truncate)
            return (counts.walFrameCount, counts.checkpointedFrameCount)
        }
    }

    /// Waits until what has been written to the database's file is on the disk, through the descriptor that SQLite has.
    ///
    /// On one of its own it must not be done: when a process closes any descriptor of a file, its locks on the file end
    /// (fcntl(2), https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_),
    /// and the next other process that closes the database takes itself for the last one and removes the log from under
    /// this one.
    ///
    /// - Throws: `SQLError` where the disk does not take it.
    public func synchronize() throws(SQLError) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        var status = sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        if status == SQLITE_OK, let file, let synchronize = file.pointee.pMethods?.pointee.xSync {
            status = synchronize(file, SQLITE_SYNC_NORMAL)
        }
        guard status == SQLITE_OK else {
            throw SQLError(.unsynchronized, code: "SQLite \(status)", "the disk does not take the database")
        }
    }
}
