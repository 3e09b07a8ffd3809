import Foundation
import GRDB

/// A named piece of a checkpoint; its bytes mean nothing to the store.
public struct CheckpointPart: Equatable, Sendable {
    /// The name, such as `weights`.
    public let name: String
    /// The content.
    public internal(set) var bytes: [UInt8]

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
}

/// The checkpoints of jobs; a few of the newest are kept, and none once the job has ended.
public struct CheckpointTable: Sendable {
    let storage: StorePool

    /// How many bytes of a part go into one row: SQLite copies a value several times on its way, and small ones stay in
    /// the processor's cache.
    private static let pieceBytes = 1 << 20

    /// Saves a checkpoint in one transaction, and removes the oldest ones beyond those kept.
    ///
    /// It also counts as progress: earlier failures and lapses no longer weigh on the job. The parts are stored as they
    /// are: a checkpoint lives for a few intervals, and compressing it would save one byte in six for ten times the work.
    /// Throws `.leaseLost` where another worker has the job.
    public func save(_ lease: Lease, position: String, parts: [CheckpointPart]) throws(StoreError) {
        try storage.write { database in
            try JobTable(storage: storage).requireHeld(lease, in: database)
            try database.execute(
                sql: "INSERT INTO checkpoints (job_id, position, created_at) VALUES (?, ?, ?)",
                arguments: [lease.job.number, position, storage.clock.now().milliseconds]
            )
            let checkpoint = database.lastInsertedRowID
            for part in parts { try Self.insert(part, of: checkpoint, in: database) }
            try database.execute(
                sql: """
                    DELETE FROM checkpoints WHERE id IN (
                        SELECT id FROM checkpoints WHERE job_id = ? ORDER BY id DESC LIMIT -1 OFFSET ?)
                    """,
                arguments: [lease.job.number, max(storage.options.checkpointsKept, 1)]
            )
            try database.execute(
                sql: "UPDATE jobs SET attempts = 0, lapses = 0 WHERE id = ?",
                arguments: [lease.job.number]
            )
        }
    }

    /// The newest undamaged checkpoint of a job, or nil where it has none.
    ///
    /// Throws `.corrupt` where the job has checkpoints and all are damaged.
    public func newest(of job: JobID) throws(StoreError) -> Checkpoint? {
        try storage.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT * FROM checkpoints WHERE job_id = ? ORDER BY id DESC",
                arguments: [job.number]
            )
            for row in rows {
                if let parts = try Self.parts(of: row.value("id"), in: database) {
                    return Checkpoint(
                        position: try row.value("position"),
                        parts: parts,
                        createdAt: Timestamp(milliseconds: try row.value("created_at"))
                    )
                }
            }
            guard rows.isEmpty else {
                throw StoreError.corrupt("job \(job): none of its \(rows.count) checkpoints passes its checksum")
            }
            return nil
        }
    }

    static func deleteAll(of job: JobID, in database: Database) throws {
        try database.execute(sql: "DELETE FROM checkpoints WHERE job_id = ?", arguments: [job.number])
    }

    /// Adds a part as rows of one piece each, all under its name, in their order.
    private static func insert(_ part: CheckpointPart, of checkpoint: Int64, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO checkpoint_parts (checkpoint_id, name, encoding, raw_bytes, checksum, data)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        for start in stride(from: 0, to: max(part.bytes.count, 1), by: pieceBytes) {
            let piece = PackedBytes(plain: Array(part.bytes[start..<min(start + pieceBytes, part.bytes.count)]))
            try statement.execute(
                arguments: [
                    checkpoint, part.name, piece.encoding.rawValue, piece.rawCount, Int64(piece.checksum),
                    Data(piece.data),
                ]
            )
        }
    }

    /// The parts of a checkpoint, or nil where one is damaged.
    static func parts(of checkpoint: Int64, in database: Database) throws -> [CheckpointPart]? {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT * FROM checkpoint_parts WHERE checkpoint_id = ? ORDER BY id",
            arguments: [checkpoint]
        )
        var parts: [CheckpointPart] = []
        while let row = try rows.next() {
            guard let bytes = try PackedBytes(row: row)?.unpacked() else { return nil }
            let name: String = try row.value("name")
            if let last = parts.last, last.name == name {
                parts[parts.count - 1].bytes += bytes
            } else {
                parts.append(CheckpointPart(name: name, bytes: bytes))
            }
        }
        return parts
    }
}
