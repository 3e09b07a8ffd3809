import SQL

extension JobTable {
    /// Ends an evaluation: its answer, state and event, and what is kept with the version, in one transaction.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - answer: The whole evaluation as a JSON object.
    ///   - metrics: Its metrics as a JSON object.
    ///   - progress: How far the job came, as a JSON object.
    ///   - summary: What is kept with the version; nil for nothing.
    ///   - version: The version that was evaluated.
    /// - Returns: The job.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func succeed(
        _ lease: Lease,
        evaluation answer: String,
        metrics: String,
        progress: String,
        keeping summary: String?,
        of version: VersionIdentity
    ) throws(StoreError) -> Job {
        try storage.write { database in
            try requireHeld(lease, in: database)
            let evaluations = EvaluationTable(storage: storage)
            try evaluations.insert(answer: answer, of: lease.job, in: database)
            if let summary { try evaluations.insert(summary, of: version, in: database) }
            return try end(
                lease,
                by: .succeeded,
                set: "version = :version, metrics = :metrics, progress = :progress, error = NULL",
                arguments: ["version": version.name.number ?? 0, "metrics": metrics, "progress": progress],
                detail: "\"version\":\(version.name.number.map(String.init) ?? "\"\(version.name)\"")",
                in: database
            )
        }
    }
}
