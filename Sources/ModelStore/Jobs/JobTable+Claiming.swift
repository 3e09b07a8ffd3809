import SQL

/// How workers get jobs and keep them.
extension JobTable {
    /// Takes the next job for a worker, with a lease that must be renewed.
    ///
    /// First come jobs that were running and have no live worker. Then queued ones: the highest priority, and among
    /// equals the model with the fewest running jobs, then the one served longest ago, then the oldest job. Two
    /// callers, also in two processes, never get the same job.
    ///
    /// - Parameters:
    ///   - worker: Who takes it.
    ///   - cause: Told the name of a worker that died over a job, what killed it where the job is to be failed with that
    ///     as its error, a JSON object; nil to have the job taken up again.
    /// - Returns: The job; nil where there is nothing to do.
    /// - Throws: `StoreError` where the jobs can't be read or written.
    public func claim(
        by worker: String,
        causeOfDeath cause: (String) -> String? = { _ in nil }
    ) throws(StoreError) -> Claim? {
        let mayHaveWork = try storage.read { database in
            let query = Self.workQuery
            return try Bool.one(database, sql: query, arguments: leaseClock + dueClock) ?? false
        }
        // An idle worker asks often and must not take the write lock each time.
        guard mayHaveWork else { return nil }
        let causes = try causes(cause)
        return try storage.write { database in
            try failKilled(causes, in: database)
            try settleOrphans(in: database)
            while true {
                let orphan = try Int64.one(database, sql: Self.orphanQuery, arguments: leaseClock)
                guard let number = try orphan ?? nextQueued(in: database) else { return nil }
                let id = JobID(number: number)
                do {
                    return try claim(id, by: worker, in: database)
                } catch StoreError.corrupt(let reason) {
                    // It must not keep the jobs behind it from their workers.
                    try failDamaged(id, reason: reason, in: database)
                }
            }
        }
    }

    /// Extends the lease and tells what the client wants; throws `.leaseLost` where another worker has the job.
    public func renew(_ lease: Lease) throws(StoreError) -> JobControl {
        try storage.write { database in
            let row = try Row.one(
                database,
                sql:
                    "UPDATE jobs SET lease_until = :until, lease_boot = :boot WHERE \(Self.isHeld) RETURNING requested",
                arguments: Self.holder(lease) + [
                    "until": storage.clock.steadyMilliseconds() + storage.options.leaseMilliseconds,
                    "boot": storage.clock.bootID,
                ]
            )
            return try Self.control(row, lease)
        }
    }

    /// A mark that moves with every commit, so that `control(of:)` has nothing new where it stands still.
    ///
    /// Nil where it can't be told.
    public var writeMark: WriteMark? { storage.engine.writeMark }

    /// Tells what the client wants, without a write; throws `.leaseLost` where another worker has the job.
    public func control(of lease: Lease) throws(StoreError) -> JobControl {
        try storage.read { database in
            let sql = "SELECT requested FROM jobs WHERE \(Self.isHeld)"
            let row = try Row.one(database, sql: sql, arguments: Self.holder(lease))
            return try Self.control(row, lease)
        }
    }

    /// Gives a job back without an end, since the program stops: it stays `running`, and anybody may take it up.
    ///
    /// A cancel or pause that came in meanwhile is not forgotten: the next claim settles it.
    public func release(_ lease: Lease) throws(StoreError) {
        try storage.write { database in
            let job = try move(
                lease.job,
                by: .released,
                where: Self.isHeld,
                arguments: Self.holder(lease),
                in: database
            )
            guard job != nil else { throw Self.lost(lease) }
        }
    }

    /// Holds for the worker whose claim of the job is the last one; binds `id`, `owner` and `token`.
    static let isHeld = "id = :id AND state = 'running' AND lease_owner = :owner AND lease_token = :token"

    /// What `isHeld` binds.
    static func holder(_ lease: Lease) -> Arguments {
        ["id": lease.job.number, "owner": lease.owner, "token": lease.token]
    }

    static func lost(_ lease: Lease) -> StoreError {
        .leaseLost("job \(lease.job): worker \(lease.owner) no longer holds it")
    }

    private static func control(_ row: Row?, _ lease: Lease) throws -> JobControl {
        guard let row else { throw lost(lease) }
        return (try row.value("requested") as String?).flatMap(JobControl.init(rawValue:)) ?? .proceed
    }

    private func claim(_ id: JobID, by worker: String, in database: any Connection) throws -> Claim? {
        let before = try Self.find(id, in: database)
        let job = try move(
            id,
            by: .claimed,
            set: """
                lapses = lapses + CASE WHEN lease_owner IS NULL THEN 0 ELSE 1 END, lease_token = lease_token + 1, lease_owner = :owner,
                lease_boot = :boot, lease_until = :until, run_at = NULL, started_at = coalesce(started_at, :now)
                """,
            arguments: [
                "owner": worker, "boot": storage.clock.bootID,
                "until": storage.clock.steadyMilliseconds() + storage.options.leaseMilliseconds,
            ],
            in: database
        )
        guard let job else { return nil }
        try database.run(
            sql: "UPDATE models SET last_claim = (SELECT max(id) FROM job_events) WHERE name = ?",
            arguments: [job.model]
        )
        let token = try Int64.one(
            database,
            sql: "SELECT lease_token FROM jobs WHERE id = ?",
            arguments: [id.number]
        )
        return Claim(
            job: job,
            lease: Lease(job: id, owner: worker, token: token ?? 0),
            isResumed: before.startedAt != nil
        )
    }

    private func nextQueued(in database: any Connection) throws -> Int64? {
        try database.run(sql: Self.dueQuery, arguments: dueClock)
        return try Int64.one(database, sql: Self.queuedQuery)
    }

    /// Ends what a dead worker left: a cancel or pause that was asked for, and a job that killed too many workers.
    private func settleOrphans(in database: any Connection) throws {
        let rows = try Row.all(
            database,
            sql: """
                SELECT id, requested, lapses FROM jobs WHERE state = 'running' AND \(Self.isOrphaned)
                AND (requested IS NOT NULL OR (lease_owner IS NOT NULL AND lapses + 1 >= :limit))
                """,
            arguments: leaseClock + ["limit": storage.options.maximumLapses]
        )
        for row in rows {
            let id = JobID(number: try row.value("id"))
            switch (try row.value("requested") as String?).flatMap(JobControl.init(rawValue:)) {
            case .cancel:
                _ = try shift(id, by: .cancelled, in: database)
            case .pause:
                _ = try shift(id, by: .paused, in: database)
            case .proceed, nil:
                let lapses: Int = try row.value("lapses")
                let detail = "its worker died \(lapses + 1) times without a checkpoint in between"
                let error = "{\"detail\":\"\(detail)\"}"
                _ = try shift(
                    id,
                    by: .failed,
                    set: "error = :error",
                    arguments: ["error": error],
                    detail: "\"error\":\(error)",
                    in: database
                )
            }
        }
    }

    /// Holds for a retry whose time has come; binds `now` and `horizon`.
    ///
    /// One that lies farther off than the longest back-off was set by a clock that has been put back since: it is due.
    private static let isDue = "run_at IS NOT NULL AND (run_at <= :now OR run_at > :horizon)"

    /// What `isDue` binds.
    private var dueClock: Arguments {
        let now = storage.clock.now().milliseconds
        return ["now": now, "horizon": now + storage.options.longestBackoffMilliseconds]
    }

    /// Whether there is anything to claim or to settle, as seen from a snapshot.
    package static let workQuery = """
        SELECT EXISTS (SELECT 1 FROM turns)
            OR EXISTS (SELECT 1 FROM jobs WHERE \(isDue))
            OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND \(isOrphaned))
        """

    package static let dueQuery = "UPDATE jobs SET run_at = NULL WHERE \(isDue)"

    package static let orphanQuery = """
        SELECT id FROM jobs WHERE state = 'running' AND \(isOrphaned) ORDER BY priority DESC, id LIMIT 1
        """

    /// The first of the models' turns, which an index holds in their order.
    package static let queuedQuery = """
        SELECT job_id FROM turns ORDER BY priority DESC, running, last_claim, job_id LIMIT 1
        """
}
