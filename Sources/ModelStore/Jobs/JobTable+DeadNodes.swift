import SQL

/// What becomes of jobs whose nodes died.
extension JobTable {
    /// What killed the nodes of jobs that nobody has taken up since, by their ids; those of which nothing is known are left
    /// out.
    func causes(
        _ cause: (String) -> String?
    ) throws(StoreError) -> [String: String] {
        let nodes = try storage.read { database in
            try Row.all(
                database,
                sql: """
                    SELECT id, process FROM nodes WHERE id IN (
                        SELECT lease_node FROM jobs WHERE state = 'running' AND \(Self.isOrphaned))
                    """,
                arguments: storage.leaseClock
            ).map { row in (id: try row.value("id") as String, process: try row.value("process") as String) }
        }
        return Dictionary(uniqueKeysWithValues: nodes.compactMap { node in cause(node.process).map { (node.id, $0) } })
    }

    /// Fails the jobs that were running when their nodes were killed for a cause that lies in the jobs.
    func failKilled(_ causes: [String: String], in database: any Connection) throws {
        for (node, error) in causes {
            let sql = """
                SELECT id FROM jobs
                WHERE state = 'running' AND \(Self.isOrphaned) AND lease_node = :node AND requested IS NULL
                """
            for number in try Int64.all(database, sql: sql, arguments: storage.leaseClock + ["node": node]) {
                _ = try shift(
                    JobID(number: number),
                    by: .failed,
                    set: "error = :error",
                    arguments: ["error": error],
                    detail: "\"error\":\(error)",
                    in: database
                )
            }
        }
    }
}
