import GRDB
import GRDBSQLite

extension Database {
    /// Waits until what has been written to the database's file is on the disk, through the descriptor that SQLite has.
    ///
    /// On one of its own it must not be done: when a process closes any descriptor of a file, its locks on the file end
    /// (fcntl(2), https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_),
    /// and the next other process that closes the database takes itself for the last one and removes the log from under
    /// this one.
    ///
    /// - Parameter path: The file, for the reader of an error.
    /// - Throws: `StoreError.unavailable` where the disk does not take it.
    func synchronizeFile(_ path: String) throws {
        var file: UnsafeMutablePointer<sqlite3_file>?
        var status = sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        if status == SQLITE_OK, let file, let synchronize = file.pointee.pMethods?.pointee.xSync {
            status = synchronize(file, SQLITE_SYNC_NORMAL)
        }
        guard status == SQLITE_OK else {
            throw StoreError.unavailable("synchronizing \(path): SQLite \(status); look at the system's log")
        }
    }
}
