import Foundation
import Synchronization

/// The copies of files in the folder of a store on PostgreSQL, of which the least recently used go where they become too
/// many.
///
/// A name never stands for other bytes, so that processes and stores may share a folder. Who has a file open keeps it.
final class FileCache: Sendable {
    private let folder: StoreFolder
    /// How many bytes there may be.
    private let limit: Int
    private let found = Atomic(0)
    private let missed = Atomic(0)

    /// The copies in a folder, at most `limit` bytes.
    init(folder: StoreFolder, limit: Int) {
        self.folder = folder
        self.limit = limit
    }

    /// How often a copy was there.
    var hits: Int { found.load(ordering: .relaxed) }

    /// How often a copy was not.
    var misses: Int { missed.load(ordering: .relaxed) }

    /// How many bytes there are.
    var bytes: Int { copies.reduce(0) { $0 + $1.bytes } }

    /// Whether a copy is there; notes its use.
    func uses(_ path: String) -> Bool {
        let isThere = utimensat(AT_FDCWD, path, nil, 0) == 0
        if isThere { found.add(1, ordering: .relaxed) } else { missed.add(1, ordering: .relaxed) }
        return isThere
    }

    /// Removes copies, the least recently used first, until there are few enough bytes.
    ///
    /// - Parameter kept: One that stays; nil for none.
    func makeRoom(keeping kept: String? = nil) {
        let files = copies
        var bytes = files.reduce(0) { $0 + $1.bytes }
        for file in files.sorted(by: { $0.used < $1.used }) where bytes > limit && file.path != kept {
            unlink(file.path)
            bytes -= file.bytes
        }
    }

    /// The copies that are there.
    private var copies: [(path: String, bytes: Int, used: (Int, Int))] {
        folder.files.filter { $0.hasSuffix(".bin") }.compactMap { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return (path, Int(status.st_size), (status.st_mtim.tv_sec, status.st_mtim.tv_nsec))
        }
    }
}
