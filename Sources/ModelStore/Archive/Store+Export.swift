import Foundation
import SQL

extension Store {
    /// Writes one model into one new file: definition, versions with weights, aliases, ended jobs with their history.
    ///
    /// The file is an SQLite database of the store's own schema that holds nothing else, so any later program can
    /// bring it forward and read it; it ends with the SHA-256 of all its bytes. What is damaged is not exported. Throws `.notFound` for an unknown model, `.conflict` where the path is taken; on
    /// any error no file of that name is left.
    public func exportModel(_ name: String, to path: String) throws(StoreError) {
        guard access(path, F_OK) != 0 else {
            throw .conflict("\(path): there is such a file already; delete it or choose another name")
        }
        _ = try models.find(name)
        let staging = path + "." + String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16) + ".part"
        defer { StoreFolder.removeDatabase(staging) }
        try FilePermissions.ownerAlone.makeDatabase(staging)
        do {
            let file = try SQLiteDatabase(alone: staging)
            try Schema.migrations.migrate(file)
            try storage.engine.copyModel(name, to: file)
            _ = try ModelCopy.verify(file, path: "the copy of \"\(name)\"", isSealed: true)
            try file.close()
            try FileSeal.add(to: staging)
            try OpenedFile.synchronize(staging)
        } catch {
            throw StoreError(error, in: "Store.exportModel(_:to:)")
        }
        guard rename(staging, path) == 0 else { throw StoreError(errno: errno, doing: "renaming", path: staging) }
        try StoreFolder.synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Takes a model in from a file that `exportModel` wrote, under its own name or another one; returns it.
    ///
    /// A member "name" of its definition gets the new name too, and its jobs get new ids. The file's digest and every checksum
    /// in it are verified before anything is stored, and all of it is stored in one transaction. Throws `.conflict` where the name is taken, `.corrupt` for a damaged file, `.invalid` for a file
    /// that is no export, `.unavailable` for one of a newer program.
    public func importModel(from path: String, as name: String? = nil) throws(StoreError) -> StoredModel {
        if let name { try NameRule.check(name, of: "model") }
        let source = try OpenedFile(path: path)
        defer { source.close() }
        // The file is brought to the newest schema on a copy, since it belongs to somebody else.
        let token = String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
        let staging = storage.folder.path + "/import-" + token + ".part"
        defer { StoreFolder.removeDatabase(staging) }
        let copy = try StagingFile(path: staging, isNameless: false, permissions: .ownerAlone)
        let hasher = SHA256()
        let seal = try FileSeal.start(in: source)
        try FileBytes.forEachPiece(of: source.descriptor, count: seal ?? source.count, path: path) {
            (piece) throws(StoreError) in
            hasher.update(piece)
            try copy.append(piece)
        }
        try copy.flush()
        if let seal, try !FileSeal.holds(hasher.digest, in: source, at: seal) {
            throw .corrupt(
                "\(path): its content does not have the digest that it was written with; export the model again"
            )
        }
        do {
            let file = try SQLiteDatabase(alone: staging)
            let original = try ModelCopy.verify(file, path: path, isSealed: seal != nil)
            try file.close()
            return try storage.call("Store.importModel(from:as:)") {
                try storage.engine.takeModel(original, from: staging, as: name ?? original)
            }
        } catch let error as SQLError where error.cause == .notADatabase {
            throw .invalid("\(path): it is not an exported model")
        } catch {
            throw StoreError(error, in: "Store.importModel(from:as:)")
        }
    }
}
