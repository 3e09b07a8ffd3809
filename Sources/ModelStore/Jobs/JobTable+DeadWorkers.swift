import GRDB

/// What a program that starts knows about workers of earlier ones.
extension JobTable {
    /// Ends the leases of workers that are known to be dead, so that their jobs need not wait until these lapse.
    ///
    /// - Parameter isDead: Told a worker's name, as it was given to `claim(by:)`, whether it is dead for sure.
    /// - Throws: `StoreError` where the leases can't be read or written.
    public func endLeases(where isDead: (String) -> Bool) throws(StoreError) {
        try storage.write { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT id, lease_owner FROM jobs WHERE state = 'running' AND NOT \(Self.isOrphaned)",
                arguments: leaseClock
            )
            for row in rows where isDead(try row.value("lease_owner")) {
                let id: Int64 = try row.value("id")
                try database.execute(sql: "UPDATE jobs SET lease_until = 0 WHERE id = ?", arguments: [id])
            }
        }
    }
}
