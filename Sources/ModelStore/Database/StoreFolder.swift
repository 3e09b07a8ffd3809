import Foundation

/// The paths inside a data folder.
struct StoreFolder: Sendable {
    let path: String
    /// The modes of what is made in it.
    let permissions: FilePermissions

    init(path: String, permissions: FilePermissions = .ownerAlone) {
        self.path = path
        self.permissions = permissions
    }

    var database: String { path + "/trainyard.sqlite" }
    var log: String { database + "-wal" }
    var datasets: String { path + "/datasets" }
    var checkpoints: String { path + "/checkpoints" }
    var lock: String { path + "/trainyard.lock" }

    /// The folders in it.
    var folders: [String] { [datasets, checkpoints] }

    /// The plain files that are there; a symbolic link leads elsewhere.
    var files: [String] {
        let inside = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { folder + "/" + $0 }
        }
        return ([database, log, database + "-shm", database + "-journal", lock] + inside).filter { path in
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    func dataset(_ file: String) -> String { datasets + "/" + file }

    func checkpoint(_ file: String) -> String { checkpoints + "/" + file }

    /// Makes the folder and those in it, with whatever lies between, where they are missing.
    func create() throws(StoreError) {
        var reached = path.hasPrefix("/") ? "" : "."
        let components = path.split(separator: "/")
        for (index, component) in components.enumerated() {
            reached += "/" + component
            if index == components.count - 1 { try permissions.makeFolder(reached) } else { try Self.make(reached) }
        }
        for folder in folders { try permissions.makeFolder(folder) }
    }

    /// Makes a folder on the way to the store's own.
    private static func make(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o755) != 0 else { return }
        let code = errno
        guard FilePermissions.isFolder(path) else {
            throw StoreError(errno: code == EEXIST ? ENOTDIR : code, doing: "making the folder", path: path)
        }
    }

    /// Writes a folder's entries to the disk, so that a rename in it survives a power cut.
    static func synchronize(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, doing: "opening", path: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(errno: errno, doing: "synchronizing", path: path) }
    }
}
