import GRDB

extension JobTable {
    /// Moves a job that meets `condition` and the transition's guard, and tells of it in an event.
    ///
    /// `assignments` is what else changes with the state. Returns nil where the guard or the condition doesn't hold,
    /// because somebody else moved the job before.
    func move(
        _ id: JobID,
        by transition: JobTransition,
        where condition: String = "TRUE",
        set assignments: String = "",
        arguments: StatementArguments = StatementArguments(),
        detail: String? = nil,
        in database: Database
    ) throws -> Job? {
        let now = storage.clock.now()
        let to = transition.rule.to
        var all: StatementArguments = ["id": id.number, "to": to.rawValue, "now": now.milliseconds]
        all = all &+ arguments
        let row = try Row.one(
            database,
            sql: """
                UPDATE jobs SET state = :to,
                    \(transition == .claimed ? "" : Self.leaseless)
                    finished_at = \(to.isFinal ? ":now" : "NULL"),
                    requested = \(transition == .released ? "requested" : "NULL")
                    \(assignments.isEmpty ? "" : ", " + assignments)
                WHERE id = :id AND \(transition.sqlGuard) AND (\(condition))
                RETURNING *
                """,
            arguments: all
        )
        guard let row else { return nil }
        if to.isFinal { try CheckpointTable(storage: storage).deleteAll(of: id, in: database) }
        if transition != .released {
            let extra = detail.map { ",\($0)" } ?? ""
            let data = "{\"state\":\"\(to.rawValue)\"\(extra)}"
            try JobEvent.insert(.state, job: id.number, data: data, at: now, in: database)
        }
        return try Job(row: row)
    }

    private static let leaseless = "lease_owner = NULL, lease_boot = NULL, lease_until = NULL,"

    /// Holds where no worker holds the job's lease any more; binds `boot` and `steady`.
    static let isOrphaned = "(lease_owner IS NULL OR lease_boot <> :boot OR lease_until <= :steady)"

    /// What `isOrphaned` binds.
    var leaseClock: StatementArguments {
        ["boot": storage.clock.bootID, "steady": storage.clock.steadyMilliseconds()]
    }

    /// The refusal of a transition that the job's state forbids.
    static func refusal(_ job: Job, _ wanted: String) -> StoreError {
        .conflict("job \(job.id): it is \(job.state.rawValue), so it can't be \(wanted)")
    }
}
