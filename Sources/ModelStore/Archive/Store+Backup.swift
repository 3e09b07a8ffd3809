import Foundation
import GRDB

extension Store {
    /// Writes a consistent copy of the whole store into one new file, while the store is in use.
    ///
    /// The file is a tar archive of a data folder: the database as of one moment, compacted, the dataset files that it
    /// names, and `SHA256SUMS`. Readers and writers go on meanwhile. Throws `.conflict` where the path is taken; on any error no file
    /// of that name is left.
    public func backup(to path: String) throws(StoreError) {
        let archive = try ArchiveWriter(path: path)
        let copy = path + "." + String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16) + ".sqlite-part"
        defer { unlink(copy) }
        let files = try snapshot(to: copy)
        defer { for file in files { file.close() } }
        let database = try OpenedFile(path: copy)
        defer { database.close() }
        try archive.add(BackupEntry.database, from: database.descriptor, count: database.count, source: copy)
        for file in files {
            try archive.add(
                BackupEntry.dataset(file.name),
                from: file.descriptor,
                count: file.count,
                source: storage.folder.dataset(file.name)
            )
        }
        try archive.add(BackupEntry.checksums, Array(archive.checksums.utf8))
        try archive.finish()
    }

    /// Copies the database as of one moment, and opens the dataset files that the copy names.
    private func snapshot(to copy: String) throws(StoreError) -> [OpenedFile] {
        // A dataset may be removed between the copy and the opening of its file; then the copy is out of date.
        for _ in 0..<5 {
            unlink(copy)
            do {
                // On a connection for reading, outside a transaction: a writer never waits for it.
                try storage.pool.unsafeRead { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
                let names = try DatabaseQueue(path: copy).read { database in
                    try String.fetchAll(database, sql: "SELECT file FROM datasets ORDER BY file")
                }
                if let files = try open(names) { return files }
            } catch {
                throw StoreError(error, in: "Store.backup(to:)")
            }
        }
        throw .busy("datasets are being replaced faster than a backup can be made; try again later")
    }

    /// Opens dataset files; nil where one is gone.
    private func open(_ names: [String]) throws(StoreError) -> [OpenedFile]? {
        var files: [OpenedFile] = []
        do {
            for name in names { files.append(try OpenedFile(path: storage.folder.dataset(name))) }
            return files
        } catch {
            for file in files { file.close() }
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

    /// Whether a backup may hold a file of that name; all else is refused, so that nothing lands outside the folder.
    static func isAllowed(_ name: String) -> Bool {
        guard name != database, name != checksums else { return true }
        let prefix = "datasets/"
        let suffix = ".bin"
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
        let token = name.dropFirst(prefix.count).dropLast(suffix.count)
        return !token.isEmpty && token.allSatisfy(\.isHexDigit) && token.utf8.count == token.count
    }
}
