import SQL

/// What was found of jobs that diverged.
extension JobTable {
    /// Ends a job that diverged, and keeps what was found of it, in one transaction.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - error: Why it failed, as a JSON object.
    ///   - postmortem: What was found, as a JSON object.
    /// - Returns: The job.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func fail(_ lease: Lease, error: String, postmortem: String) throws(StoreError) -> Job {
        try storage.write { database in
            try requireHeld(lease, in: database)
            try database.run(
                sql: """
                    INSERT INTO job_postmortems (job_id, postmortem) VALUES (?, ?)
                    ON CONFLICT (job_id) DO UPDATE SET postmortem = excluded.postmortem
                    """,
                arguments: [lease.job.number, postmortem]
            )
            try RowChecksum.postmortems.renew(where: "job_id = ?", arguments: [lease.job.number], in: database)
            return try fail(lease, error: error, in: database)
        }
    }

    /// What was found of a job that diverged, as a JSON object; nil where nothing was.
    ///
    /// Throws `.corrupt` where it is damaged.
    public func postmortem(of job: JobID) throws(StoreError) -> String? {
        try storage.read { database in
            let sql = "SELECT * FROM job_postmortems WHERE job_id = ?"
            guard let row = try Row.one(database, sql: sql, arguments: [job.number]) else { return nil }
            try RowChecksum.postmortems.verify(
                row,
                "the post-mortem of job \(job)",
                remedy: "\"trainyard check --repair\" removes it"
            )
            return try row.value("postmortem")
        }
    }
}
