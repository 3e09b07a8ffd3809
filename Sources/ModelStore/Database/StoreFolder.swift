import Foundation

/// The paths inside a data folder.
struct StoreFolder: Sendable {
    let path: String

    var database: String { path + "/trainyard.sqlite" }
    var datasets: String { path + "/datasets" }
    var lock: String { path + "/trainyard.lock" }

    func dataset(_ file: String) -> String { datasets + "/" + file }

    /// Makes the folder and the one for datasets, with whatever lies between, where they are missing.
    func create() throws(StoreError) {
        do {
            try FileManager.default.createDirectory(atPath: datasets, withIntermediateDirectories: true)
        } catch {
            throw .unavailable("data folder \(path): it can't be created: \(error.localizedDescription)")
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
