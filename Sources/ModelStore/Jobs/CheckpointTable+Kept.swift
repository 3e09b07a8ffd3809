import SQL

/// The checkpoints that stay with a job after its end.
extension CheckpointTable {
    /// The epochs of a job that are kept, ascending.
    public func keptEpochs(of job: JobID) throws(StoreError) -> [Int] {
        try storage.read { try Self.keptEpochs(of: job, in: $0) }
    }

    static func keptEpochs(of job: JobID, in database: any Connection) throws -> [Int] {
        try Int.all(database, sql: keptQuery, arguments: [job.number])
    }

    /// Binds the job.
    package static let keptQuery = "SELECT epoch FROM checkpoints WHERE job_id = ? AND epoch > 0 ORDER BY epoch"

    /// The row of a kept epoch, or of what a job began with.
    ///
    /// - Parameters:
    ///   - kept: The epoch.
    ///   - model: Whose it is to be; nil for any model's.
    ///   - database: The database.
    /// - Returns: The row.
    /// - Throws: `.notFound`, with those that are kept.
    static func row(of kept: KeptEpoch, model: String?, in database: any Connection) throws -> Row {
        let job = try JobTable.find(kept.job, in: database)
        if let model, job.model != model {
            throw StoreError.notFound("\(kept): job \(kept.job) is one of \"\(job.model)\", not of \"\(model)\"")
        }
        let sql = "SELECT * FROM checkpoints WHERE job_id = ? AND epoch = ?"
        if let row = try Row.one(database, sql: sql, arguments: [kept.job.number, kept.epoch]) { return row }
        throw missing(kept, known: try keptEpochs(of: kept.job, in: database))
    }

    private static func missing(_ kept: KeptEpoch, known: [Int]) -> StoreError {
        guard kept.epoch > 0 else { return .notFound("job \(kept.job): what it began with is gone") }
        guard !known.isEmpty else {
            return .notFound("\(kept): no epoch of job \(kept.job) is kept; \"keep_epochs\" in its request keeps them")
        }
        let list = known.map(String.init).joined(separator: ", ")
        return .notFound("\(kept): epoch \(kept.epoch) of job \(kept.job) is not kept; kept are \(list)")
    }

    /// Removes kept epochs that are older than the newest ones of a job.
    func prune(_ job: JobID, keeping newest: Int, in database: any Connection) throws {
        try delete(
            where: """
                id IN (SELECT id FROM checkpoints WHERE job_id = ? AND epoch > 0 ORDER BY epoch DESC
                    LIMIT 9223372036854775807 OFFSET ?)
                """,
            arguments: [job.number, newest],
            in: database
        )
    }
}
