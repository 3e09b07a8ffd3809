import Foundation
import SQL

extension Store {
    /// Makes a data folder from a backup; `folder` must be absent or empty.
    ///
    /// The backup is unpacked beside the folder, brought to the newest schema and verified as `check` does, and only
    /// then takes the folder's name. Throws `.corrupt` for a damaged backup, `.invalid` for a file that is none, and
    /// `.conflict` where the folder holds something. On any error the folder is as it was.
    public static func restore(
        _ backup: String,
        to folder: String,
        permissions: FilePermissions = .ownerAlone
    ) throws(StoreError) -> CheckReport {
        let existing = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard existing.isEmpty else {
            throw .conflict("\(folder): it is not empty; restore into a new folder")
        }
        let staging = folder + ".restoring-" + String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        defer { try? FileManager.default.removeItem(atPath: staging) }
        try unpack(backup, into: StoreFolder(path: staging, permissions: permissions))
        let report = try verify(staging, backup: backup, permissions)
        try synchronizeNames(in: StoreFolder(path: staging))
        rmdir(folder)
        guard rename(staging, folder) == 0 else { throw StoreError(errno: errno, doing: "renaming", path: staging) }
        try StoreFolder.synchronize(URL(fileURLWithPath: folder).deletingLastPathComponent().path)
        return report
    }

    /// Waits until the names of what has been restored are on the disk, as its contents are already.
    private static func synchronizeNames(in folder: StoreFolder) throws(StoreError) {
        for path in [folder.datasets, folder.checkpoints, folder.path] { try StoreFolder.synchronize(path) }
    }

    private static func unpack(_ backup: String, into folder: StoreFolder) throws(StoreError) {
        let source = try OpenedFile(path: backup)
        defer { source.close() }
        var reader = ArchiveReader(descriptor: source.descriptor, count: source.count, path: backup)
        try folder.create()
        var found = ""
        var expected = ""
        var names: Set<String> = []
        while let header = try reader.next() {
            guard BackupEntry.isAllowed(header.name), names.insert(header.name).inserted else {
                throw .invalid("\(backup): it holds \(NameRule.quoted(header.name)), which no backup does")
            }
            guard header.name != BackupEntry.checksums else {
                expected = try reader.text(of: header)
                continue
            }
            let file = try StagingFile(
                path: folder.path + "/" + header.name,
                isNameless: false,
                permissions: folder.permissions
            )
            let hasher = SHA256()
            try reader.content(of: header) { (piece) throws(StoreError) in
                hasher.update(piece)
                try file.append(piece)
            }
            try file.synchronize()
            found += "\(hasher.hexadecimal)  \(header.name)\n"
        }
        guard names.isSuperset(of: [BackupEntry.database, BackupEntry.checksums]) else {
            throw .invalid("\(backup): it is not a backup, since it holds no database or no checksums")
        }
        guard found == expected else {
            throw .corrupt("\(backup): its content does not have the checksums that it was written with")
        }
    }

    private static func verify(
        _ path: String,
        backup: String,
        _ permissions: FilePermissions
    ) throws(StoreError) -> CheckReport {
        var options = StoreOptions()
        options.permissions = permissions
        let store = try Store.open(at: path, options: options)
        // The nodes of the backup's time are not of this store: their jobs may be taken up at once.
        try store.storage.write {
            try $0.run(sql: "UPDATE jobs SET lease_node = NULL WHERE lease_node IS NOT NULL")
            try $0.run(sql: "DELETE FROM nodes")
        }
        let report = try store.check()
        try store.close()
        guard report.isClean else {
            let faults = report.findings.map(\.text).joined(separator: "; ")
            throw .corrupt("\(backup): the store in it is damaged: \(faults)")
        }
        return report
    }
}
