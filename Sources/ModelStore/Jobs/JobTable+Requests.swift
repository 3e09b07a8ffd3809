import SQL

/// What a client asks of a job that exists.
extension JobTable {
    /// Cancels a job: at once where no worker has it, else by a flag that its worker sees between two steps.
    ///
    /// Throws `.conflict` where the job is final already.
    public func cancel(_ id: JobID) throws(StoreError) -> Job {
        try storage.write { try cancel(id, in: $0) }
    }

    func cancel(_ id: JobID, in database: any Connection) throws -> Job {
        let isQuiet = "state <> 'running' OR \(Self.isOrphaned)"
        if let job = try move(
            id,
            by: .cancelled,
            where: isQuiet,
            set: "run_at = NULL",
            arguments: storage.leaseClock,
            in: database
        ) {
            return job
        }
        return try request(.cancel, of: id, from: .cancelled, "cancelled", in: database)
    }

    /// Pauses a running job by a flag that its worker sees between two steps, or at once where no worker has it.
    ///
    /// Throws `.conflict` where the job is not running, or is being cancelled.
    public func pause(_ id: JobID) throws(StoreError) -> Job {
        try storage.write { database in
            if let job = try move(id, by: .paused, where: Self.isOrphaned, arguments: storage.leaseClock, in: database)
            {
                return job
            }
            return try request(.pause, of: id, from: .paused, "paused", in: database)
        }
    }

    /// Lets a paused job go on at its checkpoint: the next free worker takes it up, before any queued job.
    ///
    /// Withdraws a pause that was asked for and not yet done. Throws `.conflict` for any other job.
    public func resume(_ id: JobID) throws(StoreError) -> Job {
        try storage.write { database in
            if let job = try move(id, by: .resumed, in: database) { return job }
            let withdrawn = try Row.one(
                database,
                sql: "UPDATE jobs SET requested = NULL WHERE id = ? AND requested = 'pause' RETURNING *",
                arguments: [id.number]
            )
            if let withdrawn { return try Job(row: withdrawn) }
            throw Self.refusal(try Self.find(id, in: database), "resumed")
        }
    }

    /// Sets the flag; a cancel overrides a pause, never the other way round.
    private func request(
        _ control: JobControl,
        of id: JobID,
        from transition: JobTransition,
        _ wanted: String,
        in database: any Connection
    ) throws -> Job {
        let row = try Row.one(
            database,
            sql: """
                UPDATE jobs SET requested = :control
                WHERE id = :id AND state = 'running' AND (coalesce(requested, '') <> 'cancel' OR :control = 'cancel')
                RETURNING *
                """,
            arguments: ["id": id.number, "control": control.rawValue]
        )
        if let row { return try Job(row: row) }
        let job = try Self.find(id, in: database)
        guard job.state.after(transition) == nil else {
            throw StoreError.conflict("job \(id): it is being cancelled, so it can't be \(wanted)")
        }
        throw Self.refusal(job, wanted)
    }
}
