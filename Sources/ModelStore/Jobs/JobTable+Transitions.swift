import SQL
import JSON

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
        arguments: Arguments = Arguments(),
        detail: String? = nil,
        in database: any Connection
    ) throws -> Job? {
        let hasMoved = try shift(
            id,
            by: transition,
            where: condition,
            set: assignments,
            arguments: arguments,
            detail: detail,
            in: database
        )
        return hasMoved ? try Self.find(id, in: database) : nil
    }

    /// Does what `move` does, also with a job whose row is damaged; returns whether it has moved.
    func shift(
        _ id: JobID,
        by transition: JobTransition,
        where condition: String = "TRUE",
        set assignments: String = "",
        arguments: Arguments = Arguments(),
        detail: String? = nil,
        in database: any Connection
    ) throws -> Bool {
        let now = storage.clock.now()
        let to = transition.rule.to
        var all: Arguments = ["id": id.number, "to": to.rawValue, "now": now.milliseconds]
        all = all + arguments
        let moved = try Int64.one(
            database,
            sql: """
                UPDATE jobs SET state = :to,
                    \(Self.leaseless)\(transition == .claimed ? "" : ", lease_node = NULL"),
                    finished_at = \(to.isFinal ? ":now" : "NULL"),
                    requested = \(transition == .released ? "requested" : "NULL")
                    \(assignments.isEmpty ? "" : ", " + assignments)
                WHERE id = :id AND \(transition.sqlGuard) AND (\(condition))
                RETURNING id
                """,
            arguments: all
        )
        guard moved != nil else { return false }
        if to.isFinal {
            try RowChecksum.results.renew(where: "id = ?", arguments: [id.number], in: database)
            try CheckpointTable(storage: storage).deleteUnkept(of: id, in: database)
            try settle(id, in: database)
        }
        if transition != .released {
            let extra = detail.map { ",\($0)" } ?? ""
            let data = "{\"state\":\"\(to.rawValue)\"\(extra)}"
            try JobEvent.insert(.state, job: id.number, data: data, at: now, in: database)
        }
        return true
    }

    /// Ends a job that has not ended and whose stored request is damaged, so that nobody works by it.
    ///
    /// `reason` says what is wrong. What is left of the request goes with it.
    func failDamaged(_ id: JobID, reason: String, in database: any Connection) throws {
        try database.run(sql: "UPDATE jobs SET request = '{}', run_at = NULL WHERE id = ?", arguments: [id.number])
        try RowChecksum.requests.renew(where: "id = ?", arguments: [id.number], in: database)
        for transition in [JobTransition.resumed, .claimed] { _ = try shift(id, by: transition, in: database) }
        var json = JSONWriter()
        json.object { json in json.field("detail", reason) }
        let error = json.text
        _ = try shift(
            id,
            by: .failed,
            set: "error = :error",
            arguments: ["error": error],
            detail: "\"error\":\(error)",
            in: database
        )
    }

    /// The first three are those of earlier programs, of which one may still run beside this.
    private static let leaseless = "lease_owner = NULL, lease_boot = NULL, lease_until = NULL"

    /// Holds where no node holds the job any more, or the one that does is gone; binds `boot` and `steady`.
    static let isOrphaned = """
        (jobs.lease_node IS NULL
            OR NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.id = jobs.lease_node AND \(NodeTable.isAlive)))
        """

    /// The refusal of a transition that the job's state forbids.
    static func refusal(_ job: Job, _ wanted: String) -> StoreError {
        .conflict("job \(job.id): it is \(job.state.rawValue), so it can't be \(wanted)")
    }
}
