import Foundation

/// The paths inside a data folder.
struct StoreFolder: Sendable {
    let path: String

    var database: String { path + "/trainyard.sqlite" }
    var log: String { database + "-wal" }
    var datasets: String { path + "/datasets" }
    var checkpoints: String { path + "/checkpoints" }
    var lock: String { path + "/trainyard.lock" }

    func dataset(_ file: String) -> String { datasets + "/" + file }

    func checkpoint(_ file: String) -> String { checkpoints + "/" + file }

    /// Makes the folder and those in it, with whatever lies between, where they are missing.
    func create() throws(StoreError) {
        var reached = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            reached += "/" + component
            try Self.make(reached)
        }
        for folder in [datasets, checkpoints] { try Self.make(folder) }
    }

    private static func make(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o755) != 0 else { return }
        let code = errno
        guard isFolder(path) else {
            throw StoreError(errno: code == EEXIST ? ENOTDIR : code, doing: "making the folder", path: path)
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
