import SQL

/// What workers do that train with the leader of a job.
extension RankTable {
    /// Takes a place beside a leader that wants more ranks: of the job with the highest priority, and among equals of the
    /// oldest.
    ///
    /// - Parameters:
    ///   - node: The id of the worker's node.
    ///   - process: The id of its process.
    ///   - shunned: The jobs that it doesn't work for.
    ///   - isAble: Asked where somebody wants one, whether it can take it.
    /// - Returns: The place; nil where nobody wants one.
    /// - Throws: `StoreError` where the places can't be read or written.
    public func take(
        by node: String,
        process: Int,
        shunning shunned: Set<JobID>,
        where isAble: () -> Bool
    ) throws(StoreError) -> RankPlace? {
        // An idle worker asks often and must not take the write lock each time.
        let open = try storage.read { database in
            try Int64.all(database, sql: Self.openQuery(), arguments: storage.leaseClock)
        }
        let number = open.first { !shunned.contains(JobID(number: $0)) }
        guard let number, isAble() else { return nil }
        let member = "\(node)/\(String(UInt64.random(in: .min ... .max), radix: 16))"
        return try storage.write { database in
            let clock = storage.leaseClock + ["wanted": number]
            let condition = "AND rank_groups.job_id = :wanted"
            let query = Self.openQuery(condition)
            guard try Int64.one(database, sql: query, arguments: clock) != nil else { return nil }
            let last = try Int64.one(
                database,
                sql: "SELECT max(position) FROM rank_slots WHERE job_id = ?",
                arguments: [number]
            )
            try database.run(
                sql: """
                    INSERT INTO rank_slots (member, job_id, node, pid, position, ready, generation, rank)
                    VALUES (?, ?, ?, ?, ?, 0, 0, 0)
                    """,
                arguments: [member, number, node, process, (last ?? 0) + 1]
            )
            let job = try JobTable.find(JobID(number: number), in: database)
            guard let leader = job.leaseNode else { return nil }
            let lease = Lease(job: job.id, node: leader, token: Int64(job.claims))
            let claim = Claim(job: job, lease: lease, isResumed: false, isTakenOver: false)
            return RankPlace(member: member, claim: claim)
        }
    }

    /// Says that a worker is ready for the next group.
    public func report(_ member: String) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: "UPDATE rank_slots SET ready = 1, generation = 0, rank = 0 WHERE member = ?",
                arguments: [member]
            )
        }
    }

    /// Says which process takes part in a worker's place.
    public func name(process: Int, of member: String) throws(StoreError) {
        try storage.write { database in
            try database.run(
                sql: "UPDATE rank_slots SET pid = ? WHERE member = ?",
                arguments: [process, member]
            )
        }
    }

    /// Takes a worker's place away, at its own wish or its leader's.
    public func leave(_ member: String) throws(StoreError) {
        try storage.write { database in
            try database.run(sql: "DELETE FROM rank_slots WHERE member = ?", arguments: [member])
        }
    }

    /// How a worker that has taken a place stands.
    public func standing(of member: String) throws(StoreError) -> RankStanding {
        try storage.read { database in
            let row = try Row.one(
                database,
                sql: """
                    SELECT rank_groups.generation AS newest, rank_slots.generation AS called, ready, rank, size, key
                    FROM rank_slots JOIN rank_groups ON rank_groups.job_id = rank_slots.job_id
                    WHERE member = :member AND \(Self.hasLeader)
                    """,
                arguments: storage.leaseClock + ["member": member]
            )
            guard let row else { return .gone }
            let (newest, called): (Int64, Int64) = (try row.value("newest"), try row.value("called"))
            guard try row.value("ready") as Int == 0, called > 0, called == newest else { return .waiting }
            return .called(
                RankCall(
                    generation: called,
                    rank: try row.value("rank"),
                    count: try row.value("size"),
                    key: try row.value("key")
                )
            )
        }
    }

    /// Holds for a group whose leader still holds the job and lives; binds `boot` and `steady`.
    private static let hasLeader = """
        EXISTS (SELECT 1 FROM jobs JOIN nodes ON nodes.id = jobs.lease_node
            WHERE jobs.id = rank_groups.job_id AND jobs.state = 'running' AND jobs.lease_node = rank_groups.node
                AND jobs.lease_token = rank_groups.token AND \(NodeTable.isAlive))
        """

    /// The jobs that want more ranks; places of nodes that are gone are free.
    private static func openQuery(_ condition: String = "") -> String {
        """
        SELECT rank_groups.job_id FROM rank_groups JOIN jobs AS wanting ON wanting.id = rank_groups.job_id
        WHERE rank_groups.wanted > 1 AND \(hasLeader) \(condition)
            AND rank_groups.wanted - 1 > (SELECT count(*) FROM rank_slots JOIN nodes ON nodes.id = rank_slots.node
                WHERE rank_slots.job_id = rank_groups.job_id AND \(NodeTable.isAlive))
        ORDER BY wanting.priority DESC, rank_groups.job_id
        """
    }
}

extension RankTable {
    /// The address that this process has for the database, at which others may reach it; nil for one of this machine.
    public func ownAddress() throws(StoreError) -> String? {
        try storage.read { database in
            guard database.dialect == .postgresql else { return nil }
            return try String.one(database, sql: "SELECT host(inet_client_addr())")
        }
    }
}
