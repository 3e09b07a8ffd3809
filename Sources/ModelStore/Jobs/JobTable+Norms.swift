import SQL

/// The norms of the last step of an epoch.
public struct NormsOfEpoch: Equatable, Sendable {
    /// The epoch's number.
    public let number: Int
    /// The norms as a JSON object.
    public let norms: String

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row, of job: JobID) throws {
        try RowChecksum.norms.verify(
            row,
            "the norms of job \(job)",
            remedy: "restore a backup; \"trainyard check --repair\" removes what is damaged"
        )
        number = try row.value("number")
        norms = try row.value("norms")
    }
}

/// The norms of the epochs of jobs that take them.
extension JobTable {
    /// The norms of some of a job's epochs: of all, or evenly from the first to the last.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - limit: How many at most, at least 2.
    /// - Returns: The norms, first to last; none where the job takes none.
    /// - Throws: `.notFound`; `.corrupt` where one of them is damaged.
    public func norms(of id: JobID, limit: Int) throws(StoreError) -> [NormsOfEpoch] {
        precondition(limit > 1, "the first and the last epoch are two")
        return try storage.read { database in
            _ = try Self.find(id, in: database)
            let numbers = try Int.all(
                database,
                sql: "SELECT number FROM epoch_norms WHERE job_id = ? ORDER BY number",
                arguments: [id.number]
            )
            let last = numbers.count - 1
            let chosen = last < limit ? numbers : (0..<limit).map { numbers[$0 * last / (limit - 1)] }
            return try chosen.compactMap { number in
                try Row.one(
                    database,
                    sql: "SELECT * FROM epoch_norms WHERE job_id = ? AND number = ?",
                    arguments: [id.number, number]
                ).map { try NormsOfEpoch(row: $0, of: id) }
            }
        }
    }

    func insertNorms(_ norms: String, ofEpoch number: Int, by lease: Lease, in database: any Connection) throws {
        // With its checksum in one statement, since epochs may be short.
        let checksum = RowChecksum.norms.sum(of: [.integer(lease.job.number), .integer(Int64(number)), .text(norms)])
        try database.run(
            sql: """
                INSERT INTO epoch_norms (job_id, number, norms, row_crc32)
                SELECT id, :number, :norms, :checksum FROM jobs WHERE \(Self.isHeld)
                ON CONFLICT (job_id, number) DO UPDATE SET norms = excluded.norms, row_crc32 = excluded.row_crc32
                """,
            arguments: Self.holder(lease) + ["number": number, "norms": norms, "checksum": checksum]
        )
        guard database.changesCount > 0 else { throw Self.lost(lease) }
    }
}
