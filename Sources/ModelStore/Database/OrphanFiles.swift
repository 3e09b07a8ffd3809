import Foundation

/// Files beside the database that no row names, say after a crash.
enum OrphanFiles {
    /// The names of those in a folder, in order.
    ///
    /// Whoever makes a file holds its lock until the row is there, so that the row is looked for under the lock.
    static func find(in folder: String, isNamed: (String) throws(StoreError) -> Bool) throws(StoreError) -> [String] {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw .unavailable("\(folder): it can't be listed: \(error.localizedDescription)")
        }
        var orphans: [String] = []
        for entry in entries.sorted() where entry.hasSuffix(".bin") || entry.contains(".part") {
            let descriptor = Glibc.open(folder + "/" + entry, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard FileLock.tryLock(descriptor) else { continue }
            if try !isNamed(entry) { orphans.append(entry) }
        }
        return orphans
    }
}
