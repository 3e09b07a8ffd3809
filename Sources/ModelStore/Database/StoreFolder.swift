import Foundation

/// The paths inside a data folder.
struct StoreFolder: Sendable {
    let path: String

    var database: String { path + "/trainyard.sqlite" }
    var log: String { database + "-wal" }
    var datasets: String { path + "/datasets" }
    var lock: String { path + "/trainyard.lock" }

    func dataset(_ file: String) -> String { datasets + "/" + file }

    /// Makes the folder and the one for datasets, with whatever lies between, where they are missing.
    func create() throws(StoreError) {
        var reached = datasets.hasPrefix("/") ? "" : "."
        for component in datasets.split(separator: "/") {
            reached += "/" + component
            guard mkdir(reached, 0o755) != 0 else { continue }
            let code = errno
            guard Self.isFolder(reached) else {
                throw StoreError(errno: code == EEXIST ? ENOTDIR : code, doing: "making the folder", path: reached)
            }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Writes a folder's entries to the disk, so that a rename in it survives a power cut.
    static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(errno: errno, doing: "synchronizing", path: path) }
    }
}
