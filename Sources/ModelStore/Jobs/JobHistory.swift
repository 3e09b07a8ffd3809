import GRDB

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

    init(row: Row) throws {
        id = try row.value("id")
        job = JobID(number: try row.value("job_id"))
        let kind: String = try row.value("kind")
        guard let known = Kind(rawValue: kind) else {
            throw StoreError.corrupt("event \(id) of job \(job): its kind is \"\(kind)\", which is none of the known")
        }
        self.kind = known
        data = try row.value("data")
        createdAt = Timestamp(milliseconds: try row.value("created_at"))
    }

    static func insert(_ kind: Kind, job: Int64, data: String, at now: Timestamp, in database: Database) throws {
        try database.run(
            sql: "INSERT INTO job_events (job_id, kind, data, created_at) VALUES (?, ?, ?, ?)",
            arguments: [job, kind.rawValue, data, now.milliseconds]
        )
    }
}

/// The metrics of one epoch of a job.
public struct Epoch: Equatable, Sendable {
    /// The epoch's number.
    public let number: Int
    /// The metrics as a JSON object.
    public let metrics: String
}
