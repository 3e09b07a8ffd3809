import GRDB

/// What a program knows about the workers of others.
extension JobTable {
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
