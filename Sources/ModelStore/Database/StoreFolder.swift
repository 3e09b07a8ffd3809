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
    var index: String { database + "-shm" }
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
        return ([database, log, index, database + "-journal", lock] + inside).filter { path in
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    func dataset(_ file: String) -> String { datasets + "/" + file }

    func checkpoint(_ file: String) -> String { checkpoints + "/" + file }

    /// Makes the folder and those in it, with whatever lies between, where they are missing; their names are on the disk when
    /// this returns.
    ///
    /// Each is synchronized before the next one is made, so that after a crash at most the last one is not. Hence the name of
    /// the last one that was there already is synchronized too.
    func create() throws(StoreError) {
        var reached = path.hasPrefix("/") ? "" : "."
        var lastOld: String?
        let components = path.split(separator: "/")
        for (index, component) in components.enumerated() {
            let parent = reached.isEmpty ? "/" : reached
            reached += "/" + component
            let isOwn = index == components.count - 1
            guard try isOwn ? permissions.makeFolder(reached) : FilePermissions.makeFolder(reached, mode: 0o755) else {
                lastOld = parent
                continue
            }
            Self.synchronizeIfAllowed(&lastOld)
            try Self.synchronize(parent)
        }
        Self.synchronizeIfAllowed(&lastOld)
        for folder in folders { _ = try permissions.makeFolder(folder) }
        try Self.synchronize(path)
    }

    /// Synchronizes a folder that may be somebody else's, once: where this user may not, it is not he who made what is in it.
    private static func synchronizeIfAllowed(_ path: inout String?) {
        if let path { try? synchronize(path) }
        path = nil
    }

    /// Removes a database that nobody has open, and what SQLite keeps beside it while it is being written.
    static func removeDatabase(_ path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    /// Makes a new file in one of the folders.
    func newFile(_ path: String, isNameless: Bool = false) throws(StoreError) -> StagingFile {
        do {
            return try StagingFile(path: path, isNameless: isNameless, permissions: permissions)
        } catch {
            throw error.ofOwnFile
        }
    }

    /// Checks that a folder takes a file, by writing a small one that has no name; throws the reason why not.
    func probe(_ folder: String) throws(StoreError) {
        let token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let file = try newFile(folder + "/" + token + ".part", isNameless: true)
        try file.append([UInt8](repeating: 0, count: 1 << 16))
        try file.flush()
    }

    /// Writes the entries of one of the folders to the disk, as `StoreFolder.synchronize(_:)` does.
    func synchronize(_ own: String) throws(StoreError) {
        do {
            try Self.synchronize(own)
        } catch {
            throw error.ofOwnFile
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
