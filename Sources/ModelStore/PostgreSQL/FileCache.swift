import Foundation

/// The copies of files in the folder of a store on PostgreSQL, of which the least recently used go where they become too
/// many.
///
/// A name never stands for other bytes, so that processes and stores may share a folder. Who has a file open keeps it.
struct FileCache: Sendable {
    let folder: StoreFolder
    /// How many bytes there may be.
    let limit: Int

    /// Whether a copy is there; notes its use.
    func uses(_ path: String) -> Bool { utimensat(AT_FDCWD, path, nil, 0) == 0 }

    /// Removes copies, the least recently used first, until there are few enough bytes.
    ///
    /// - Parameter kept: One that stays; nil for none.
    func makeRoom(keeping kept: String? = nil) {
        var files: [(path: String, bytes: Int, used: (Int, Int))] = []
        for path in folder.files where path.hasSuffix(".bin") {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            files.append((path, Int(status.st_size), (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)))
        }
        var bytes = files.reduce(0) { $0 + $1.bytes }
        for file in files.sorted(by: { $0.used < $1.used }) where bytes > limit && file.path != kept {
            unlink(file.path)
            bytes -= file.bytes
        }
    }
}
