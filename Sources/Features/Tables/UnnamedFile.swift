import Glibc

/// Files that no folder names, so that nothing is left of them whatever happens.
public enum UnnamedFile {
    /// Makes one, to be written and read.
    ///
    /// - Parameter folder: On whose disk it lies.
    /// - Returns: The descriptor, which is the caller's to close.
    /// - Throws: `SpoolError`.
    public static func open(in folder: String) throws(SpoolError) -> Int32 {
        // O_TMPFILE, whose macro Swift can't read: a bit of its own, and that of a folder (open(2)).
        let unnamed: Int32 = 0o20_000_000 | O_DIRECTORY
        let made = Glibc.open(folder, unnamed | O_RDWR | O_CLOEXEC, 0o600)
        if made >= 0 { return made }
        // A file system that has no such files: one with a name, which is taken away at once.
        guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else {
            throw SpoolError(operation: "make", code: errno)
        }
        var path = Array((folder + "/.upload-XXXXXX").utf8CString)
        let named = mkstemp(&path)
        guard named >= 0 else { throw SpoolError(operation: "make", code: errno) }
        _ = fcntl(named, F_SETFD, FD_CLOEXEC)
        unlink(path)
        return named
    }
}
