import Foundation
import SQL

/// The files of a folder beside the database that no row names, say after a crash.
///
/// Whoever makes a file holds its lock until the row is there, so that the row is looked for under the lock, and the file
/// removed under it.
struct OrphanFiles {
    let storage: StorePool
    /// The folder.
    let folder: String
    /// The table whose column `file` names those that are in use.
    let table: String

    /// Their names, in order.
    func names() throws(StoreError) -> [String] {
        // Copies may be of rows of another store.
        guard storage.engine.keepsFilesInFolder else { return [] }
        var orphans: [String] = []
        for entry in try entries() where try ifOrphan(entry, do: { _ in }) { orphans.append(entry) }
        return orphans
    }

    /// Removes them.
    func sweep() throws(StoreError) {
        guard storage.engine.keepsFilesInFolder else { return }
        for entry in try entries() { try remove(entry) }
    }

    /// Removes a file if it is one of them.
    func remove(_ entry: String) throws(StoreError) {
        _ = try ifOrphan(entry) { unlink($0) }
    }

    private func entries() throws(StoreError) -> [String] {
        do {
            let entries = try FileManager.default.contentsOfDirectory(atPath: folder)
            return entries.filter { $0.hasSuffix(".bin") || $0.contains(".part") }.sorted()
        } catch {
            throw .unavailable("\(folder): it can't be listed: \(error.localizedDescription)")
        }
    }

    /// Does something with a file, under its lock, if it has no row and nobody is making it.
    private func ifOrphan(_ entry: String, do body: (_ path: String) -> Void) throws(StoreError) -> Bool {
        let path = folder + "/" + entry
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard FileLock.tryLock(descriptor) else { return false }
        let isNamed = try storage.read { database in
            let sql = "SELECT EXISTS (SELECT 1 FROM \(table) WHERE file = ?)"
            return try Bool.one(database, sql: sql, arguments: [entry]) ?? false
        }
        if !isNamed { body(path) }
        return !isNamed
    }
}
