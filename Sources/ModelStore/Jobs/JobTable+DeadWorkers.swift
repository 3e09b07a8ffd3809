import SQL

/// What a program knows about the workers of others.
extension JobTable {
    /// The workers that have a running job, dead or alive.
    public func leaseOwners() throws(StoreError) -> [String] {
        try storage.read { database in
            let sql = "SELECT DISTINCT lease_owner FROM jobs WHERE state = 'running' AND lease_owner IS NOT NULL"
            return try String.all(database, sql: sql)
        }
    }

    /// What killed the workers of jobs that nobody has taken up since, by their names; those of which nothing is known
    /// are left out.
    func causes(
        _ cause: (String) -> String?
    ) throws(StoreError) -> [String: String] {
        let owners = try storage.read { database in
            let sql = """
                SELECT DISTINCT lease_owner FROM jobs
                WHERE state = 'running' AND \(Self.isOrphaned) AND lease_owner IS NOT NULL
                """
            return try String.all(database, sql: sql, arguments: leaseClock)
        }
        return Dictionary(uniqueKeysWithValues: owners.compactMap { owner in cause(owner).map { (owner, $0) } })
    }

    /// Fails the jobs that were running when their workers were killed for a cause that lies in the jobs.
    func failKilled(_ causes: [String: String], in database: any Connection) throws {
        for (owner, error) in causes {
            let sql = """
                SELECT id FROM jobs
                WHERE state = 'running' AND \(Self.isOrphaned) AND lease_owner = :owner AND requested IS NULL
                """
            for number in try Int64.all(database, sql: sql, arguments: leaseClock + ["owner": owner]) {
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

    /// Ends the leases of workers that are known to be dead, so that their jobs need not wait until these lapse.
    ///
    /// - Parameter isDead: Told a worker's name, as it was given to `claim(by:)`, whether it is dead for sure.
    /// - Throws: `StoreError` where the leases can't be read or written.
    public func endLeases(where isDead: (String) -> Bool) throws(StoreError) {
        let owners = try storage.read { database in
            let sql = "SELECT DISTINCT lease_owner FROM jobs WHERE state = 'running' AND NOT \(Self.isOrphaned)"
            return try String.all(database, sql: sql, arguments: leaseClock)
        }
        let dead = owners.filter(isDead)
        // This is asked often, and must not take the write lock each time.
        guard !dead.isEmpty else { return }
        try storage.write { database in
            for owner in dead {
                try database.run(
                    sql: "UPDATE jobs SET lease_until = 0 WHERE state = 'running' AND lease_owner = ?",
                    arguments: [owner]
                )
            }
        }
    }
}
