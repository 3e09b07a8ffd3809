import SQL

/// Where the ranks that train a job together find each other.
///
/// Whoever claimed the job leads. It opens places, which idle workers take, and calls those that are ready to a group; each
/// group has a number of its own, greater than all before, and a key. What a leader writes repeats the condition that it
/// holds the job.
public struct RankTable: Sendable {
    let storage: StorePool

    // MARK: The leader

    /// Opens places for a job; those of earlier leaders are gone.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - wanted: How many ranks may take part, the leader included.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func open(_ lease: Lease, wanted: Int) throws(StoreError) {
        try storage.write { database in
            try requireHeld(lease, in: database)
            try Self.clear(lease.job, in: database)
            try database.run(
                sql: """
                    INSERT INTO rank_groups (job_id, token, node, wanted, generation, size, key)
                    VALUES (:id, :token, :node, :wanted, 0, 0, '')
                    ON CONFLICT (job_id) DO UPDATE SET token = excluded.token, node = excluded.node,
                        wanted = excluded.wanted, size = 0, key = ''
                    """,
                arguments: JobTable.holder(lease) + ["wanted": wanted]
            )
        }
    }

    /// Closes a job's places, where they are this leader's.
    public func close(_ lease: Lease) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: """
                    UPDATE rank_groups SET wanted = 1, size = 0, key = '', token = 0
                    WHERE job_id = :id AND node = :node AND token = :token
                    """,
                arguments: JobTable.holder(lease)
            )
            if database.changesCount > 0 { try Self.clear(lease.job, in: database) }
        }
    }

    /// The workers that are ready, first the one that came first.
    public func ready(_ lease: Lease) throws(StoreError) -> [RankMember] {
        try storage.read { database in
            try Row.all(
                database,
                sql: """
                    SELECT member, rank_slots.node AS node FROM rank_slots
                    JOIN nodes ON nodes.id = rank_slots.node AND \(NodeTable.isAlive)
                    WHERE job_id = :id AND ready = 1 ORDER BY position
                    """,
                arguments: storage.leaseClock + ["id": lease.job.number]
            ).map { RankMember(id: try $0.value("member"), node: try $0.value("node")) }
        }
    }

    /// The places of a job that are taken, by whom.
    public func places(_ lease: Lease) throws(StoreError) -> Set<String> {
        try storage.read { database in
            Set(
                try String.all(
                    database,
                    sql: "SELECT member FROM rank_slots WHERE job_id = ?",
                    arguments: [lease.job.number]
                )
            )
        }
    }

    /// Whether the nodes of all of some workers live that have places.
    public func areAlive(_ members: [String]) throws(StoreError) -> Bool {
        try storage.read { database in
            for member in members {
                let isAlive = try Bool.one(
                    database,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM rank_slots JOIN nodes ON nodes.id = rank_slots.node
                            WHERE member = :member AND \(NodeTable.isAlive))
                        """,
                    arguments: storage.leaseClock + ["member": member]
                )
                guard isAlive == true else { return false }
            }
            return true
        }
    }

    /// Calls workers to a group, the leader being rank 0 and they the next ones in their order.
    ///
    /// - Returns: The group; nil where one of them is no longer ready.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func call(_ members: [RankMember], _ lease: Lease, key: String) throws(StoreError) -> RankCall? {
        try storage.write { database in
            try requireHeld(lease, in: database)
            var arguments = JobTable.holder(lease)
            let standing = try Int64.one(
                database,
                sql: "SELECT generation FROM rank_groups WHERE job_id = :id AND node = :node AND token = :token",
                arguments: arguments
            )
            guard let standing else { throw JobTable.lost(lease) }
            arguments += ["generation": standing + 1, "size": members.count + 1, "key": key]
            for member in members {
                let isReady = try Bool.one(
                    database,
                    sql: "SELECT EXISTS (SELECT 1 FROM rank_slots WHERE member = ? AND ready = 1)",
                    arguments: [member.id]
                )
                guard isReady == true else { return nil }
            }
            try database.run(
                sql: """
                    UPDATE rank_groups SET generation = :generation, size = :size, key = :key
                    WHERE job_id = :id AND node = :node AND token = :token
                    """,
                arguments: arguments
            )
            for (place, member) in members.enumerated() {
                try database.run(
                    sql: "UPDATE rank_slots SET ready = 0, generation = ?, rank = ? WHERE member = ?",
                    arguments: [standing + 1, place + 1, member.id]
                )
            }
            try database.run(sql: "DELETE FROM rank_addresses WHERE job_id = ?", arguments: [lease.job.number])
            return RankCall(generation: standing + 1, rank: 0, count: members.count + 1, key: key)
        }
    }

    /// Tells that no group of the job's runs.
    public func disband(_ lease: Lease) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: "UPDATE rank_groups SET size = 0 WHERE job_id = :id AND node = :node AND token = :token",
                arguments: JobTable.holder(lease)
            )
        }
    }

    /// Writes down which ranks train the job, and tells of it in an event.
    ///
    /// - Parameters:
    ///   - lease: The right to run the job.
    ///   - parallel: What the job shows of them, a JSON object.
    ///   - event: The event's data, a JSON object; nil for none.
    /// - Throws: `.leaseLost` where another worker has the job.
    public func tell(_ lease: Lease, parallel: String, event: String?) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: "UPDATE jobs SET parallel = :parallel WHERE \(JobTable.isHeld)",
                arguments: JobTable.holder(lease) + ["parallel": parallel]
            )
            guard database.changesCount > 0 else { throw JobTable.lost(lease) }
            guard let event else { return }
            try JobEvent.insert(.ranks, by: lease, data: event, at: storage.clock.now(), in: database)
        }
    }

    // MARK: Addresses

    /// Leaves something for the ranks of a group.
    public func leave(_ name: String, _ value: String, for job: JobID, _ generation: Int64) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: """
                    INSERT INTO rank_addresses (job_id, generation, name, value) VALUES (?, ?, ?, ?)
                    ON CONFLICT (job_id, generation, name) DO UPDATE SET value = excluded.value
                    """,
                arguments: [job.number, generation, name, value]
            )
        }
    }

    /// What a rank of a group has left; nil where it hasn't yet.
    public func left(_ name: String, for job: JobID, _ generation: Int64) throws(StoreError) -> String? {
        try storage.read { database in
            try String.one(
                database,
                sql: "SELECT value FROM rank_addresses WHERE job_id = ? AND generation = ? AND name = ?",
                arguments: [job.number, generation, name]
            )
        }
    }

    private func requireHeld(_ lease: Lease, in database: any Connection) throws {
        try JobTable(storage: storage).requireHeld(lease, in: database)
    }

    private static func clear(_ job: JobID, in database: any Connection) throws {
        try database.run(sql: "DELETE FROM rank_slots WHERE job_id = ?", arguments: [job.number])
        try database.run(sql: "DELETE FROM rank_addresses WHERE job_id = ?", arguments: [job.number])
    }
}
