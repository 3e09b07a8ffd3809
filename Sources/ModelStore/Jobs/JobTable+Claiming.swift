import JSON
import SQL

/// How workers get jobs and keep them.
extension JobTable {
    /// Takes the next job for a worker, with a lease that must be renewed.
    ///
    /// First come jobs that were running and have no live worker. Then queued ones: the highest priority, and among
    /// equals the model with the fewest running jobs, then the one served longest ago, then the oldest job. Two
    /// callers, also in two processes, never get the same job.
    ///
    /// The claim is a sign of life of the node, as `NodeTable.keep` gives them.
    ///
    /// - Parameters:
    ///   - node: The id of the node whose worker takes it.
    ///   - takesOver: Whether also what another node held that gave no sign of life for too long; false where the store has
    ///     been out of reach, so that those who were cut off as well can show themselves first.
    ///   - cause: Told the process of a node that died over a job, what killed it where the job is to be failed with that
    ///     as its error, a JSON object; nil to have the job taken up again.
    /// - Returns: The job; nil where there is nothing to do.
    /// - Throws: `StoreError` where the jobs can't be read or written.
    public func claim(
        by node: String,
        takingOver takesOver: Bool = true,
        causeOfDeath cause: (String) -> String? = { _ in nil }
    ) throws(StoreError) -> Claim? {
        let mayHaveWork = try storage.read { database in
            let query = Self.workQuery(takingOver: takesOver)
            return try Bool.one(database, sql: query, arguments: storage.leaseClock + dueClock) ?? false
        }
        // An idle worker asks often and must not take the write lock each time.
        guard mayHaveWork else { return nil }
        let causes = takesOver ? try causes(cause) : [:]
        return try storage.write { database in
            if takesOver { try failKilled(causes, in: database) }
            try settleOrphans(takingOver: takesOver, in: database)
            while true {
                let query = Self.orphanQuery(takingOver: takesOver)
                let orphan = try Int64.one(database, sql: query, arguments: storage.leaseClock)
                guard let number = try orphan ?? nextQueued(in: database) else { return nil }
                let id = JobID(number: number)
                do {
                    return try claim(id, by: node, in: database)
                } catch StoreError.corrupt(let reason) {
                    // It must not keep the jobs behind it from their workers.
                    try failDamaged(id, reason: reason, in: database)
                }
            }
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

    /// The jobs that a node holds, as the store knows it.
    public func leases(of node: String) throws(StoreError) -> [Lease] {
        try storage.read { database in
            try Row.all(
                database,
                sql: "SELECT id, lease_token FROM jobs WHERE state = 'running' AND lease_node = ?",
                arguments: [node]
            ).map { row in
                Lease(job: JobID(number: try row.value("id")), node: node, token: try row.value("lease_token"))
            }
        }
    }

    /// Leaves a job as if its node had died: the node lives, but no worker of it runs the job, since its claim or its end
    /// could not be told.
    ///
    /// Nothing happens where the job has ended or another worker has it.
    public func forsake(_ lease: Lease) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: "UPDATE jobs SET lease_node = '\(Self.nobody)' WHERE \(Self.isHeld)",
                arguments: Self.holder(lease)
            )
        }
    }

    /// The id of the node of forsaken jobs, which no node has.
    static let nobody = ""

    /// Holds for the worker whose claim of the job is the last one; binds `id`, `node` and `token`.
    ///
    /// Whatever a worker writes repeats it in the statement that writes, or in one that ends the same transaction.
    static let isHeld = "id = :id AND state = 'running' AND lease_node = :node AND lease_token = :token"

    /// Holds where `isHeld` does, in statements about other rows than the job's.
    static let isHeldByWriter = "EXISTS (SELECT 1 FROM jobs WHERE \(isHeld))"

    /// What `isHeld` binds.
    static func holder(_ lease: Lease) -> Arguments {
        ["id": lease.job.number, "node": lease.node, "token": lease.token]
    }

    static func lost(_ lease: Lease) -> StoreError {
        .leaseLost("job \(lease.job): node \(lease.node) no longer holds it by its claim \(lease.token)")
    }

    private static func control(_ row: Row?, _ lease: Lease) throws -> JobControl {
        guard let row else { throw lost(lease) }
        return (try row.value("requested") as String?).flatMap(JobControl.init(rawValue:)) ?? .proceed
    }

    private func claim(_ id: JobID, by node: String, in database: any Connection) throws -> Claim? {
        let before = try Self.find(id, in: database)
        let token = Int64(before.claims) + 1
        let isTakenOver = before.leaseNode != nil
        let job = try move(
            id,
            by: .claimed,
            where: "lease_token + 1 = :token",
            set: """
                lapses = lapses + :lapsed, lease_token = :token, lease_node = :node, node = :node, run_at = NULL,
                started_at = coalesce(started_at, :now)
                """,
            arguments: ["node": node, "token": token, "lapsed": isTakenOver ? 1 : 0],
            detail: Self.start(by: node, claim: token),
            in: database
        )
        guard let job else { return nil }
        try NodeTable(storage: storage).showLife(of: node, in: database)
        try database.run(
            sql: "UPDATE models SET last_claim = (SELECT max(id) FROM job_events) WHERE name = ?",
            arguments: [job.model]
        )
        return Claim(
            job: job,
            lease: Lease(job: id, node: node, token: token),
            isResumed: before.startedAt != nil,
            isTakenOver: isTakenOver
        )
    }

    /// What the event of a start says beside the state.
    private static func start(by node: String, claim: Int64) -> String {
        var json = JSONWriter()
        json.write(node)
        return "\"node\":\(json.text),\"claim\":\(claim)"
    }

    private func nextQueued(in database: any Connection) throws -> Int64? {
        try database.run(sql: Self.dueQuery, arguments: dueClock)
        return try Int64.one(database, sql: Self.queuedQuery)
    }

    /// Ends what a dead worker left: a cancel or pause that was asked for, and a job that killed too many workers.
    private func settleOrphans(takingOver takesOver: Bool, in database: any Connection) throws {
        let rows = try Row.all(
            database,
            sql: """
                SELECT id, requested, lapses FROM jobs WHERE state = 'running' AND \(Self.isFree(takingOver: takesOver))
                AND (requested IS NOT NULL OR (lease_node IS NOT NULL AND lapses + 1 >= :limit))
                """,
            arguments: storage.leaseClock + ["limit": storage.options.maximumLapses]
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
    package static func workQuery(takingOver takesOver: Bool = true) -> String {
        """
        SELECT EXISTS (SELECT 1 FROM turns)
            OR EXISTS (SELECT 1 FROM jobs WHERE \(isDue))
            OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND \(isFree(takingOver: takesOver)))
        """
    }

    package static let dueQuery = "UPDATE jobs SET run_at = NULL WHERE \(isDue)"

    package static func orphanQuery(takingOver takesOver: Bool = true) -> String {
        """
        SELECT id FROM jobs WHERE state = 'running' AND \(isFree(takingOver: takesOver))
        ORDER BY priority DESC, id LIMIT 1
        """
    }

    /// Holds where a running job may be claimed; binds what `isOrphaned` does, or nothing.
    private static func isFree(takingOver takesOver: Bool) -> String {
        takesOver ? isOrphaned : "(lease_node IS NULL OR lease_node = '\(nobody)')"
    }

    /// The first of the models' turns, which an index holds in their order.
    package static let queuedQuery = """
        SELECT job_id FROM turns ORDER BY priority DESC, running, last_claim, job_id LIMIT 1
        """
}
