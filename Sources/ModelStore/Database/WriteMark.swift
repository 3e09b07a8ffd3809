import Foundation

/// Where the writes stand, told in a few microseconds: whoever commits, in this process or in another, moves it.
///
/// On SQLite it is where the log stands, as the file system tells.
/// Two commits within one tick of the file system's clock may leave the same mark, so whoever has found a new one looks
/// at the store once more a little later.
public struct WriteMark: Equatable, Sendable {
    private let seconds: Int
    private let nanoseconds: Int
    private let size: Int

    /// The mark of an engine whose log nobody here sees: it moves with this process's own commits, and every so often for
    /// those of others.
    init(commits: Int, period: Int) { (seconds, nanoseconds, size) = (period, 0, commits) }

    /// Nil where there is no such file.
    init?(ofLog path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        size = Int(status.st_size)
    }
}
