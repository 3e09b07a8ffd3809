import Foundation
import SQL

/// The datasets: a row in the database for each, and a file beside it with the values.
public struct DatasetTable: Sendable {
    let storage: StorePool

    /// Begins to take in a dataset; a dataset of the same name is replaced when the writer finishes.
    ///
    /// A built-in dataset that is written again with the same content stays as it is. Throws `.invalid` for a bad
    /// name, and `.conflict` at once where `finish` would.
    public func writer(name: String, isBuiltIn: Bool = false) throws(StoreError) -> DatasetWriter {
        try NameRule.check(name, of: "dataset")
        if !isBuiltIn { try storage.read { try Self.requireReplaceable(name, byBuiltIn: false, in: $0) } }
        return try DatasetWriter(table: self, name: name, isBuiltIn: isBuiltIn)
    }

    /// Throws what `finish` of a writer would: `.invalid` for a bad name, `.conflict` where it may not be replaced.
    public func requireReplaceable(_ name: String) throws(StoreError) {
        try NameRule.check(name, of: "dataset")
        try storage.read { try Self.requireReplaceable(name, byBuiltIn: false, in: $0) }
    }

    /// The folder of the files, on whose disk a part of an upload may lie meanwhile.
    public var folder: String { storage.folder.datasets }

    /// The dataset of that name; throws `.notFound`.
    public func find(_ name: String) throws(StoreError) -> StoredDataset {
        try storage.read { try Self.find(name, in: $0) }
    }

    /// All datasets by name.
    public func list() throws(StoreError) -> [StoredDataset] {
        try storage.read { database in
            try Row.all(database, sql: "SELECT * FROM datasets ORDER BY name").map { try StoredDataset(row: $0) }
        }
    }

    /// The names of all datasets, in order; damaged ones too.
    ///
    /// - Parameter limit: Only those that were stored before it; nil for all.
    /// - Returns: The names.
    /// - Throws: `StoreError` where they can't be read.
    public func names(storedBefore limit: Timestamp? = nil) throws(StoreError) -> [String] {
        try storage.read { database in
            let sql = "SELECT name FROM datasets WHERE created_at < ? ORDER BY name"
            return try String.all(database, sql: sql, arguments: [limit?.milliseconds ?? Int64.max])
        }
    }

    /// Begins to take in a dataset of typed columns; a dataset of the same name is replaced when the writer finishes.
    ///
    /// Throws `.invalid` for a bad name and for columns that can't stand beside each other, and `.conflict` at once where
    /// `finish` would.
    public func columnWriter(name: String, columns: [StoredColumn]) throws(StoreError) -> ColumnWriter {
        try requireReplaceable(name)
        return try ColumnWriter(table: self, name: name, columns: columns)
    }

    /// Opens a dataset's values for reading, and verifies them.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - found: The dataset as it has just been found; nil to have it looked up.
    /// - Returns: The values.
    /// - Throws: `.corrupt` where the file is not as it was stored, `.notFound`, `.invalid` for a dataset of typed columns.
    public func open(_ name: String, found: StoredDataset? = nil) throws(StoreError) -> DatasetFile {
        try opened(name, found) { (dataset, path) throws(StoreError) in
            guard dataset.form == .rows else {
                throw .invalid("\(dataset.label): it has typed columns, not rows of numbers alone")
            }
            return try DatasetFile(path: path, dataset: dataset, verified: storage.verified)
        }
    }

    /// Opens a dataset's typed columns for reading, and verifies them.
    ///
    /// - Parameters:
    ///   - name: The dataset's name.
    ///   - verification: How much of the file is held against its checksums at once.
    ///   - cacheBytes: How many bytes of unpacked blocks are kept.
    /// - Returns: The columns.
    /// - Throws: `.corrupt` where the file is not as it was stored, `.invalid` for a dataset of rows of numbers.
    public func openColumns(
        _ name: String,
        verifying verification: ColumnFile.Verification = .whole,
        cacheBytes: Int = ColumnFile.standardCacheBytes
    ) throws(StoreError) -> ColumnFile {
        try opened(name) { (dataset, path) throws(StoreError) in
            guard dataset.form == .columns else {
                throw .invalid("\(dataset.label): it has rows of numbers, no typed columns")
            }
            return try ColumnFile(path: path, dataset: dataset, verifying: verification, cacheBytes: cacheBytes)
        }
    }

    private func opened<File>(
        _ name: String,
        _ found: StoredDataset? = nil,
        _ open: (StoredDataset, _ path: String) throws(StoreError) -> File
    ) throws(StoreError) -> File {
        // Between the look-up and the opening a replacement may take the file away: look once more.
        for attempt in 0..<3 {
            let dataset = if attempt == 0, let found { found } else { try find(name) }
            let path = storage.folder.dataset(dataset.file)
            do {
                try storage.engine.provideFile(dataset.file, at: path, in: nil)
                return try open(dataset, path)
            } catch .notFound {
                continue
            } catch .corrupt where !storage.engine.keepsFilesInFolder && attempt < 2 {
                // It is the copy that is damaged.
                unlink(path)
            }
        }
        let dataset = try find(name)
        throw .corrupt("\(dataset.label): its file is missing from \(storage.folder.datasets); \(dataset.remedy)")
    }

    /// Removes a dataset.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - check: Says why it may not be removed, by what it is at that moment; nil to remove it in any case.
    /// - Throws: `.conflict` where it is built in or an unfinished job uses it, and what `check` says.
    public func delete(_ name: String, if check: ((StoredDataset) -> StoreError?)? = nil) throws(StoreError) {
        let file = try storage.write { database in
            if let check, let refusal = check(try Self.find(name, in: database)) { throw refusal }
            // One that is damaged can be removed too.
            let sql = "SELECT file FROM datasets WHERE name = ?"
            guard let file = try String.one(database, sql: sql, arguments: [name]) else { throw Self.missing(name) }
            try Self.requireReplaceable(name, byBuiltIn: false, in: database)
            try database.run(sql: "DELETE FROM datasets WHERE name = ?", arguments: [name])
            return file
        }
        // Should the process die here, the next sweep takes the file.
        removeFile(file)
    }

    static func find(_ name: String, in database: any Connection) throws -> StoredDataset {
        let row = try Row.one(database, sql: "SELECT * FROM datasets WHERE name = ?", arguments: [name])
        guard let row else { throw missing(name) }
        return try StoredDataset(row: row, as: name)
    }

    private static func missing(_ name: String) -> StoreError {
        .notFound("dataset \(NameRule.quoted(name)): there is none of that name")
    }

    /// What a finished file holds.
    struct Content {
        let form: StoredDataset.Form
        let rows: Int
        var validationRows = 0
        let testRows: Int
        let bytes: Int
        let sha256: String
    }

    /// Renames a finished file into place and enters its row; what it replaces is removed afterwards.
    func place(
        _ path: String,
        as file: String,
        name: String,
        description: DatasetDescription,
        content: Content,
        isBuiltIn: Bool,
        if check: @escaping (StoredDataset?) -> StoreError?
    ) throws(StoreError) -> StoredDataset {
        let final = storage.folder.dataset(file)
        guard rename(path, final) == 0 else {
            throw StoreError(errno: errno, doing: "renaming", path: path).ofOwnFile
        }
        do {
            try storage.folder.synchronize(storage.folder.datasets)
            try storage.engine.keepFile(file, from: final)
            let (stored, superfluous) = try storage.write { database -> (StoredDataset, String?) in
                let before = try Row.one(
                    database,
                    sql: "SELECT * FROM datasets WHERE name = ?",
                    arguments: [name]
                )
                // One whose row is damaged is replaced.
                if isBuiltIn, let before = try? before.map({ try StoredDataset(row: $0) }), before.isBuiltIn,
                    before.sha256 == content.sha256
                {
                    return (before, file)
                }
                try Self.requireReplaceable(name, byBuiltIn: isBuiltIn, in: database)
                if let refusal = check(before.flatMap { try? StoredDataset(row: $0) }) { throw refusal }
                try database.run(sql: "DELETE FROM datasets WHERE name = ?", arguments: [name])
                let identifier = try database.insert(
                    sql: """
                        INSERT INTO datasets (name, file, kind, rows, test_rows, input_shape, target_shape, target,
                            columns, bytes, sha256, built_in, created_at, form, validation_rows, schema)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        name, file, description.kind, content.rows, content.testRows,
                        ShapeText.text(description.inputShape), ShapeText.text(description.targetShape),
                        description.target, description.columns, content.bytes, content.sha256, isBuiltIn,
                        storage.clock.now().milliseconds, content.form.rawValue, content.validationRows,
                        description.schema,
                    ]
                )
                try RowChecksum.datasets.renew(
                    where: "id = ?",
                    arguments: [identifier],
                    in: database
                )
                return (try Self.find(name, in: database), try before?.value("file"))
            }
            if let superfluous {
                removeFile(superfluous)
                storage.engine.discardFile(superfluous)
            }
            return stored
        } catch {
            // A refused commit that may still come back names the file; once it can't, the next sweep removes it.
            if storage.engine.isSettled { unlink(final) }
            throw error
        }
    }

    /// Removes files that no row names and no writer holds: what a crash or a failed disk left of an upload or a removal.
    public func sweepOrphans() throws(StoreError) {
        try orphans.sweep()
    }

    /// The files in the folder that no row names and no writer holds.
    var orphans: OrphanFiles {
        OrphanFiles(storage: storage, folder: storage.folder.datasets, table: "datasets")
    }

    /// What is wrong with a dataset's file; nil where its content has the fingerprint that was stored, or where the
    /// dataset is gone meanwhile.
    func fault(of dataset: StoredDataset) throws(StoreError) -> String? {
        do {
            let path = storage.folder.dataset(dataset.file)
            try storage.engine.provideFile(dataset.file, at: path, in: nil)
            switch dataset.form {
            case .rows: _ = try DatasetFile(path: path, dataset: dataset)
            case .columns: _ = try ColumnFile(path: path, dataset: dataset, verifying: .whole, cacheBytes: 0)
            }
            return nil
        } catch .corrupt(let text) {
            return text
        } catch .notFound {
            let isListed = try storage.read { database in
                let sql = "SELECT EXISTS (SELECT 1 FROM datasets WHERE file = ?)"
                return try Bool.one(database, sql: sql, arguments: [dataset.file]) ?? false
            }
            return isListed ? "\(dataset.label): its file is missing; \(dataset.remedy)" : nil
        }
    }

    /// Removes a dataset whose values are lost, also a built-in one, which the program puts in place again at its next
    /// start; returns false where an unfinished job uses it.
    func removeDamaged(_ identifier: Int64) throws(StoreError) -> Bool {
        let file = try storage.write { database -> String? in
            let sql = "SELECT name, file FROM datasets WHERE id = ?"
            guard let row = try Row.one(database, sql: sql, arguments: [identifier]),
                try Self.unfinishedJob(using: row.value("name"), in: database) == nil
            else { return nil }
            try database.run(sql: "DELETE FROM datasets WHERE id = ?", arguments: [identifier])
            return try row.value("file")
        }
        if let file { removeFile(file) }
        return file != nil
    }

    func removeFile(_ file: String) {
        unlink(storage.folder.dataset(file))
    }

    /// A job that still needs a dataset: to learn from, or as `validation` of its request says, to validate with.
    private static func unfinishedJob(using name: String, in database: any Connection) throws -> Int64? {
        let sql = """
            SELECT id FROM jobs WHERE state IN ('queued', 'running', 'paused')
                AND (dataset = :name OR \(database.dialect.member("validation", of: "request")) = :name) LIMIT 1
            """
        return try Int64.one(database, sql: sql, arguments: ["name": name])
    }

    private static func requireReplaceable(_ name: String, byBuiltIn: Bool, in database: any Connection) throws {
        let row = try Row.one(database, sql: "SELECT built_in FROM datasets WHERE name = ?", arguments: [name])
        guard let row else { return }
        let isBuiltIn: Bool = try row.value("built_in")
        guard isBuiltIn == byBuiltIn else {
            throw StoreError.conflict(
                isBuiltIn
                    ? "dataset \"\(name)\": it comes with the program and can't be replaced or deleted; choose another name"
                    : "dataset \"\(name)\": a dataset of your own has the name of a built-in one"
            )
        }
        if let job = try unfinishedJob(using: name, in: database) {
            throw StoreError.conflict("dataset \"\(name)\": job \(job) uses it; cancel the job or wait for its end")
        }
    }
}
