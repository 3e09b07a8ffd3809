import SQL

/// One entry of a job's history, as clients that follow the job receive it.
public struct JobEvent: Equatable, Sendable {
    /// What an event tells; the raw value is its name in an event stream.
    public enum Kind: String, Sendable, CaseIterable {
        /// A progress report.
        case progress
        /// The metrics of a finished epoch.
        case epoch
        /// A transition.
        case state
        /// Which ranks train the job from now on.
        case ranks
    }

    /// The row's id; ids grow over all jobs.
    public let id: Int64
    /// The job it belongs to.
    public let job: JobID
    /// What it tells.
    public let kind: Kind
    /// The particulars as a JSON object.
    public let data: String
    /// When it happened.
    public let createdAt: Timestamp

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row) throws {
        id = try row.value("id")
        try RowChecksum.events.verify(row, "event \(id) of a job", remedy: "\"trainyard check --repair\" removes it")
        job = JobID(number: try row.value("job_id"))
        let kind: String = try row.value("kind")
        guard let known = Kind(rawValue: kind) else {
            throw StoreError.corrupt("event \(id) of job \(job): its kind is \"\(kind)\", which is none of the known")
        }
        self.kind = known
        data = try row.value("data")
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
    }

    static func insert(_ kind: Kind, job: Int64, data: String, at now: Timestamp, in database: any Connection) throws {
        try database.run(
            sql: "INSERT INTO job_events (job_id, kind, data, created_at, row_crc32) VALUES (?, ?, ?, ?, ?)",
            arguments: [job, kind.rawValue, data, now.milliseconds, checksum(kind, job: job, data: data, at: now)]
        )
    }

    /// Enters what a worker tells of the job that it runs; throws `.leaseLost` where another one has it.
    static func insert(
        _ kind: Kind,
        by lease: Lease,
        data: String,
        at now: Timestamp,
        in database: any Connection
    ) throws {
        let checksum = checksum(kind, job: lease.job.number, data: data, at: now)
        try database.run(
            sql: """
                INSERT INTO job_events (job_id, kind, data, created_at, row_crc32)
                SELECT id, :kind, :data, :now, :checksum FROM jobs WHERE \(JobTable.isHeld)
                """,
            arguments: JobTable.holder(lease)
                + ["kind": kind.rawValue, "data": data, "now": now.milliseconds, "checksum": checksum]
        )
        guard database.changesCount > 0 else { throw JobTable.lost(lease) }
    }

    private static func checksum(_ kind: Kind, job: Int64, data: String, at now: Timestamp) -> Int64 {
        RowChecksum.events.sum(of: [
            .integer(job), .text(kind.rawValue), .text(data), .integer(now.milliseconds),
        ])
    }
}

/// The metrics of one epoch of a job.
public struct Epoch: Equatable, Sendable {
    /// The epoch's number.
    public let number: Int
    /// The metrics as a JSON object.
    public let metrics: String

    /// Reads a row; throws `.corrupt` where it is damaged.
    init(row: Row, of job: JobID) throws {
        try RowChecksum.epochs.verify(
            row,
            "the history of job \(job)",
            remedy: "restore a backup; \"trainyard check --repair\" removes what is damaged"
        )
        number = try row.value("number")
        metrics = try row.value("metrics")
    }
}
