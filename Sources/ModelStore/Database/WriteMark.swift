import Foundation

/// Where the log of writes stands, told by the file system in a few microseconds: whoever commits, in this process or in
/// another, moves it.
///
/// Two commits within one tick of the file system's clock may leave the same mark, so whoever has found a new one looks
/// at the store once more a little later.
public struct WriteMark: Equatable, Sendable {
    private let seconds: Int
    private let nanoseconds: Int
    private let size: Int

    /// Nil where there is no such file.
    init?(ofLog path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        size = Int(status.st_size)
    }
}
