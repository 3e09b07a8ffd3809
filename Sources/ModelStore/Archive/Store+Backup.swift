import Foundation
import SQL

extension Store {
    /// A file of the data folder, open, under the name that it has there and in a backup.
    private struct File {
        let entry: String
        /// The dataset whose values it holds, if it does.
        let dataset: StoredDataset?
        let opened: OpenedFile
    }

    /// Writes a consistent copy of the whole store into one new file, while the store is in use.
    ///
    /// The file is a tar archive of a data folder: the database as of one moment, compacted, the files of datasets and
    /// checkpoints that it names, and `SHA256SUMS`. Readers and writers go on meanwhile. Throws `.conflict` where the
    /// path is taken, and `.corrupt` where a dataset is damaged, since what holds one can't be restored; on any error no file of that name is left.
    public func backup(to path: String) throws(StoreError) {
        try storage.engine.verifyPresence()
        let archive = try ArchiveWriter(path: path)
        let copy = archive.companion
        defer { StoreFolder.removeDatabase(copy) }
        // Until its files are open, no checkpoint that the copy may name is removed.
        let files = try FileLock.withLock(onFolder: storage.folder.checkpoints) { () throws(StoreError) in
            try snapshot(to: copy)
        }
        defer { for file in files { file.opened.close() } }
        // What should have been removed meanwhile.
        try checkpoints.sweepOrphans()
        let database = try OpenedFile(path: copy)
        defer { database.close() }
        try archive.add(BackupEntry.database, from: database.descriptor, count: database.count, source: copy)
        for file in files {
            let digest = try archive.add(
                file.entry,
                from: file.opened.descriptor,
                count: file.opened.count,
                source: file.entry
            )
            if let dataset = file.dataset, dataset.sha256 != digest {
                throw .corrupt("\(dataset.label): the content of its file has changed; \(dataset.remedy)")
            }
        }
        try archive.add(BackupEntry.checksums, Array(archive.checksums.utf8))
        try archive.finish()
    }

    /// Copies the database as of one moment, and opens the files that the copy names.
    private func snapshot(to copy: String) throws(StoreError) -> [File] {
        // A dataset may be removed between the copy and the opening of its file; then the copy is out of date.
        for _ in 0..<5 {
            StoreFolder.removeDatabase(copy)
            // An empty file is taken for a new one, and keeps its mode.
            try FilePermissions.ownerAlone.makeDatabase(copy)
            do {
                var files: [File]?
                try storage.engine.copy(to: copy) { database in files = try open(Self.entries(of: copy), in: database) }
                if let files { return files }
            } catch {
                throw StoreError(error, in: "Store.backup(to:)")
            }
        }
        throw .busy("datasets are being replaced faster than a backup can be made; try again later")
    }

    /// The files that a copy of the database names, under the names that they have in a backup.
    private static func entries(of copy: String) throws -> [(name: String, dataset: StoredDataset?)] {
        try SQLiteDatabase(alone: copy).read { database in
            let datasets = try Row.all(database, sql: "SELECT * FROM datasets ORDER BY file")
                .map { try StoredDataset(row: $0) }
            let checkpoints = try String.all(
                database,
                sql: "SELECT file FROM checkpoints WHERE file IS NOT NULL ORDER BY file"
            )
            return datasets.map { (BackupEntry.dataset($0.file), $0) }
                + checkpoints.map { (BackupEntry.checkpoint($0), nil) }
        }
    }

    /// Opens files of the data folder; nil where one is gone.
    private func open(
        _ entries: [(name: String, dataset: StoredDataset?)],
        in database: (any Connection)?
    ) throws(StoreError) -> [File]? {
        var files: [File] = []
        do {
            for (name, dataset) in entries {
                let file = String(name.drop { $0 != "/" }.dropFirst())
                try storage.engine.provideFile(file, at: storage.folder.path + "/" + name, in: database)
                let opened = try OpenedFile(path: storage.folder.path + "/" + name)
                files.append(File(entry: name, dataset: dataset, opened: opened))
            }
            return files
        } catch {
            for file in files { file.opened.close() }
            guard case .notFound = error else { throw error }
            return nil
        }
    }
}

/// The names of the files in a backup.
enum BackupEntry {
    static let database = "trainyard.sqlite"
    static let checksums = "SHA256SUMS"

    static func dataset(_ file: String) -> String { "datasets/" + file }
    static func checkpoint(_ file: String) -> String { "checkpoints/" + file }

    /// Whether a backup may hold a file of that name; all else is refused, so that nothing lands outside the folder.
    static func isAllowed(_ name: String) -> Bool {
        guard name != database, name != checksums else { return true }
        let suffix = ".bin"
        guard name.hasSuffix(suffix), let prefix = [dataset(""), checkpoint("")].first(where: name.hasPrefix) else {
            return false
        }
        let token = name.dropFirst(prefix.count).dropLast(suffix.count)
        return !token.isEmpty && token.allSatisfy(\.isHexDigit) && token.utf8.count == token.count
    }
}
