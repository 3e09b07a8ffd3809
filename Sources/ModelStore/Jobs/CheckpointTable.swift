import Foundation
import SQL

/// A named piece of a checkpoint; its bytes mean nothing to the store.
public struct CheckpointPart: Equatable, Sendable {
    /// The name, such as `weights`.
    public let name: String
    /// The content.
    public let bytes: [UInt8]

    /// Makes a part.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// What a job needs to go on at a position to the same bits.
public struct Checkpoint: Equatable, Sendable {
    /// The position as JSON text.
    public let position: String
    /// The parts, in the order they were saved in.
    public let parts: [CheckpointPart]
    /// When it was saved.
    public let createdAt: Timestamp
    /// The epoch that it is kept of; 0 for what the job began with, nil for one that goes with the job's end.
    public let epoch: Int?
}

/// The checkpoints of jobs; a few of the newest are kept, and once the job has ended those of epochs alone.
///
/// Their bytes are stored as they are: a checkpoint lives for a few intervals, and compressing it would save one byte in
/// six for ten times the work.
public struct CheckpointTable: Sendable {
    let storage: StorePool

    /// What the database knows of a part whose bytes are in the checkpoint's file.
    struct StoredPart {
        let name: String
        private(set) var count = 0
        private(set) var checksum: UInt32 = 0

        init(name: String) { self.name = name }

        mutating func add(_ piece: UnsafeRawBufferPointer) {
            count += piece.count
            checksum = Zlib.crc32(piece, after: checksum)
        }
    }

    /// Begins a checkpoint.
    ///
    /// - Parameter isHurried: Whether it shall go on as fast as it can, at the expense of whoever else wants a core; asked
    ///   again and again.
    /// - Returns: What takes its bytes.
    /// - Throws: `StoreError` where its file can't be made.
    public func draft(isHurried: @escaping () -> Bool = { false }) throws(StoreError) -> CheckpointDraft {
        try CheckpointDraft(table: self, isHurried: isHurried)
    }

    /// The newest undamaged checkpoint of a job, or nil where it has none.
    ///
    /// What a job began with is one where the job is a fork; of any other job it is weights alone.
    ///
    /// Throws `.corrupt` where the job has checkpoints and all are damaged.
    public func newest(of job: JobID) throws(StoreError) -> Checkpoint? {
        try storage.read { database in
            let rows = try Row.all(
                database,
                sql: """
                    SELECT * FROM checkpoints
                    WHERE job_id = :job AND (coalesce(epoch, -1) <> 0 OR (SELECT forked_job FROM jobs WHERE id = :job) IS NOT NULL)
                    ORDER BY id DESC
                    """,
                arguments: ["job": job.number]
            )
            for row in rows {
                if let parts = try parts(of: row, in: database) {
                    return Checkpoint(
                        position: try row.value("position"),
                        parts: parts,
                        createdAt: Timestamp(milliseconds: try row.value("created_at")),
                        epoch: try row.value("epoch")
                    )
                }
            }
            guard rows.isEmpty else {
                throw StoreError.corrupt("job \(job): none of its \(rows.count) checkpoints passes its checksum")
            }
            return nil
        }
    }

    func insert(
        _ lease: Lease,
        position: String,
        file: String,
        parts: [StoredPart],
        keeping rule: KeptRule?
    ) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: "UPDATE jobs SET attempts = 0, lapses = 0 WHERE \(JobTable.isHeld)",
                arguments: JobTable.holder(lease)
            )
            guard database.changesCount > 0 else { throw JobTable.lost(lease) }
            if let rule {
                // A job that went on from a checkpoint before comes to some epochs again.
                let isRepeated = "job_id = ? AND epoch = ?"
                try delete(where: isRepeated, arguments: [lease.job.number, rule.epoch], in: database)
            }
            let checkpoint = try database.insertIfNew(
                sql: """
                    INSERT INTO checkpoints (job_id, position, created_at, file, epoch)
                    SELECT id, :position, :now, :file, :epoch FROM jobs WHERE \(JobTable.isHeld)
                    """,
                arguments: JobTable.holder(lease) + [
                    "position": position, "now": storage.clock.now().milliseconds, "file": file, "epoch": rule?.epoch,
                ]
            )
            guard let checkpoint else { throw JobTable.lost(lease) }
            try RowChecksum.checkpoints.renew(where: "id = ?", arguments: [checkpoint], in: database)
            for part in parts {
                try database.run(
                    sql: """
                        INSERT INTO checkpoint_parts (checkpoint_id, name, encoding, raw_bytes, checksum, data)
                        VALUES (?, ?, ?, ?, ?, \(database.dialect.noBytes))
                        """,
                    arguments: [
                        checkpoint, part.name, PackedBytes.Encoding.plain.rawValue, part.count, Int64(part.checksum),
                    ]
                )
            }
            try delete(
                where: """
                    id IN (SELECT id FROM checkpoints WHERE job_id = ? AND epoch IS NULL ORDER BY id DESC
                        LIMIT 9223372036854775807 OFFSET ?)
                    """,
                arguments: [lease.job.number, max(storage.options.checkpointsKept, 1)],
                in: database
            )
            if let newest = rule?.newest { try prune(lease.job, keeping: newest, in: database) }
        }
    }

    /// Deletes the checkpoints for which a condition holds, and their files once that is on the disk.
    func delete(where condition: String, arguments: Arguments, in database: any Connection) throws {
        let files = try String.all(
            database,
            sql: "DELETE FROM checkpoints WHERE \(condition) RETURNING coalesce(file, '')",
            arguments: arguments
        )
        storage.engine.afterCommit { removeFiles(files.filter { !$0.isEmpty }) }
    }

    /// Deletes the checkpoints of a job that has ended, but for those of kept epochs and for what it began with.
    func deleteUnkept(of job: JobID, in database: any Connection) throws {
        try delete(where: "job_id = ? AND epoch IS NULL", arguments: [job.number], in: database)
    }

    /// The parts of a checkpoint from one on, or nil where one of these is damaged.
    func parts(of checkpoint: Row, from first: Int = 0, in database: any Connection) throws -> [CheckpointPart]? {
        guard RowChecksum.checkpoints.holds(checkpoint) else { return nil }
        let rows = try Row.all(
            database,
            sql: "SELECT * FROM checkpoint_parts WHERE checkpoint_id = ? ORDER BY id",
            arguments: [try checkpoint.value("id") as Int64]
        )
        guard let file: String = try checkpoint.value("file") else { return try Self.embeddedParts(rows) }
        let path = storage.folder.checkpoint(file)
        do throws(StoreError) {
            try storage.engine.provideFile(file, at: path, in: database)
        } catch .notFound {
            return nil
        }
        if let parts = try parts(rows, from: first, inFile: path) { return parts }
        guard !storage.engine.keepsFilesInFolder else { return nil }
        // It may be the copy that is damaged.
        unlink(path)
        try storage.engine.provideFile(file, at: path, in: database)
        return try parts(rows, from: first, inFile: path)
    }

    /// The parts of a checkpoint from one on that lie in a file, or nil where one of these is damaged.
    private func parts(_ rows: [Row], from first: Int, inFile path: String) throws -> [CheckpointPart]? {
        guard let opened = try? OpenedFile(path: path) else { return nil }
        defer { opened.close() }
        var parts: [CheckpointPart] = []
        var offset = 0
        for (place, row) in rows.enumerated() {
            let count: Int = try row.value("raw_bytes")
            let checksum: Int64 = try row.value("checksum")
            guard count >= 0, count <= opened.count - offset else { return nil }
            guard place >= first else {
                offset += count
                continue
            }
            let bytes = try opened.bytes(at: offset, count: count)
            guard Int64(Zlib.crc32(bytes)) == checksum else { return nil }
            parts.append(CheckpointPart(name: try row.value("name"), bytes: bytes))
            offset += count
        }
        return offset == opened.count ? parts : nil
    }

    /// The parts of a checkpoint that an earlier schema put into the database, or nil where one is damaged.
    private static func embeddedParts(_ rows: [Row]) throws -> [CheckpointPart]? {
        var parts: [CheckpointPart] = []
        for row in rows {
            guard let bytes = try PackedBytes(row: row)?.unpacked() else { return nil }
            parts.append(CheckpointPart(name: try row.value("name"), bytes: bytes))
        }
        return parts
    }

    /// The files in the folder that no row names and no draft holds.
    var orphans: OrphanFiles {
        OrphanFiles(storage: storage, folder: storage.folder.checkpoints, table: "checkpoints")
    }

    /// Removes the files that a crash or a backup has left in the folder, unless a backup is being made.
    public func sweepOrphans() throws(StoreError) {
        var result = Result<Void, StoreError>.success(())
        FileLock.ifUnlocked(folder: storage.folder.checkpoints) {
            result = Result { () throws(StoreError) in try orphans.sweep() }
        }
        try result.get()
    }

    /// Removes files that no row names any more; while a backup is being made, which may name them still, they are left
    /// for the next sweep.
    func removeFiles(_ files: [String]) {
        guard !files.isEmpty else { return }
        FileLock.ifUnlocked(folder: storage.folder.checkpoints) {
            for file in files { unlink(storage.folder.checkpoint(file)) }
        }
    }
}
