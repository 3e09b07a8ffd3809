import SQL

/// The processes that work on a store, each a row that lives as long as it gives signs of life.
///
/// A job is held by a node while that lives; what a node that died has left is anybody's. Times are those of the store's steady
/// clock: that of the one machine which has the folder, with its boot, or the database's on a PostgreSQL, which has no boots.
public struct NodeTable: Sendable {
    let storage: StorePool

    /// A node is no longer told of once it has given no sign of life for so many leases.
    private static let leasesUntilGone: Int64 = 10

    /// Gives a sign of life: enters the node or renews its row, and removes those of nodes that are long gone.
    ///
    /// - Parameter node: What it tells of itself.
    /// - Throws: `StoreError` where the store can't be written.
    public func keep(_ node: Node) throws(StoreError) {
        try storage.write { database in
            try database.run(sql: Self.keepQuery, arguments: arguments(of: node))
            try database.run(sql: Self.sweepQuery, arguments: horizon)
        }
    }

    /// Takes a node off the list, whose jobs are anybody's from then on; the last thing that one does.
    public func remove(_ id: String) throws(StoreError) {
        try storage.write { try $0.run(sql: "DELETE FROM nodes WHERE id = ?", arguments: [id]) }
    }

    /// Ends the leases of nodes that are known to be dead, so that their jobs need not wait until these lapse.
    ///
    /// - Parameter isDead: Told a node's id and its process, whether that is dead for sure.
    /// - Throws: `StoreError` where the nodes can't be read or written.
    public func endLeases(where isDead: (_ id: String, _ process: String) -> Bool) throws(StoreError) {
        let living = try storage.read { database in
            try Row.all(
                database,
                sql: "SELECT id, process FROM nodes WHERE \(Self.isAlive)",
                arguments: storage.leaseClock
            ).map { row in (id: try row.value("id") as String, process: try row.value("process") as String) }
        }
        let dead = living.filter { isDead($0.id, $0.process) }
        // This is asked often, and must not take the write lock each time.
        guard !dead.isEmpty else { return }
        try storage.write { database in
            for node in dead {
                try database.run(
                    sql: "UPDATE nodes SET until = :steady WHERE id = :id AND \(Self.isAlive)",
                    arguments: storage.leaseClock + ["id": node.id]
                )
            }
        }
    }

    /// The processes of all nodes that there are rows of, dead or alive.
    public func processes() throws(StoreError) -> [String] {
        try storage.read { try String.all($0, sql: "SELECT process FROM nodes") }
    }

    /// The nodes and what they hold.
    public func cluster() throws(StoreError) -> Cluster {
        try storage.read { database in
            let nodes = try Row.all(
                database,
                sql: Self.listQuery,
                arguments: storage.leaseClock + horizon
            )
            var leases = try Row.all(database, sql: Self.leasesQuery, arguments: storage.leaseClock)
                .map(StoredLease.init)
            for row in try Row.all(database, sql: Self.ranksQuery) {
                let job = JobID(number: try row.value("job"))
                guard let place = leases.firstIndex(where: { $0.job == job }) else { continue }
                leases[place].ranks.append(try StoredRank(row: row))
            }
            return Cluster(nodes: try nodes.map(StoredNode.init), leases: leases)
        }
    }

    /// Renews the row of a node whose worker has just claimed a job; makes one where it is gone, as after a long freeze, of
    /// which the next `keep` tells the rest.
    func showLife(of id: String, in database: any Connection) throws {
        let until: Arguments = ["id": id, "until": storage.leaseEnd, "boot": storage.clock.bootID]
        try database.run(sql: "UPDATE nodes SET until = :until, boot = :boot WHERE id = :id", arguments: until)
        guard database.changesCount == 0 else { return }
        let unknown = Node(
            id: id,
            name: id,
            process: "",
            address: "",
            version: "",
            pid: 0,
            workers: 1,
            threads: 1,
            kernels: ""
        )
        try database.run(sql: Self.keepQuery, arguments: arguments(of: unknown))
    }

    /// Holds for a node that has given a sign of life within its lease; binds `boot` and `steady`.
    static let isAlive = "nodes.boot = :boot AND nodes.until > :steady"

    private func arguments(of node: Node) -> Arguments {
        [
            "id": node.id, "name": node.name, "process": node.process, "state": node.state.rawValue,
            "address": node.address, "version": node.version, "pid": node.pid, "workers": node.workers,
            "threads": node.threads, "kernels": node.kernels, "now": storage.clock.now().milliseconds,
            "boot": storage.clock.bootID, "until": storage.leaseEnd,
        ]
    }

    /// What says which rows are of nodes that are long gone; binds `boot` and `horizon`.
    private var horizon: Arguments {
        let patience = (Self.leasesUntilGone - 1) * storage.options.leaseMilliseconds
        return ["boot": storage.clock.bootID, "horizon": storage.clock.steadyMilliseconds() - patience]
    }

    private static let keepQuery = """
        INSERT INTO nodes (id, name, process, state, address, version, pid, workers, threads, kernels, started_at, seen_at,
            boot, until)
        VALUES (:id, :name, :process, :state, :address, :version, :pid, :workers, :threads, :kernels, :now, :now,
            :boot, :until)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, process = excluded.process, state = excluded.state,
            address = excluded.address, version = excluded.version, pid = excluded.pid, workers = excluded.workers,
            threads = excluded.threads, kernels = excluded.kernels, seen_at = excluded.seen_at, boot = excluded.boot,
            until = excluded.until
        """

    /// A row that says whose process died over a job stays until somebody has taken that job.
    private static let sweepQuery = """
        DELETE FROM nodes WHERE (boot <> :boot OR until <= :horizon)
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_node = nodes.id)
        """

    private static let listQuery = """
        SELECT id, name, process, address, version, pid, workers, threads, kernels, started_at, seen_at,
            CASE WHEN \(isAlive) THEN state ELSE 'lost' END AS shown_state,
            (SELECT count(*) FROM jobs WHERE jobs.state = 'running' AND jobs.lease_node = nodes.id) AS busy
        FROM nodes WHERE boot = :boot AND until > :horizon ORDER BY started_at, id
        """

    private static let leasesQuery = """
        SELECT jobs.id AS job, jobs.lease_node AS node, jobs.lease_token AS token, nodes.pid AS pid,
            CASE WHEN \(isAlive) THEN nodes.until - :steady ELSE 0 END AS remaining
        FROM jobs LEFT JOIN nodes ON nodes.id = jobs.lease_node
        WHERE jobs.state = 'running' AND jobs.lease_node <> '\(JobTable.nobody)' ORDER BY jobs.id
        """

    private static let ranksQuery = """
        SELECT rank_slots.job_id AS job, rank, rank_slots.node AS at, pid FROM rank_slots
        JOIN rank_groups ON rank_groups.job_id = rank_slots.job_id
            AND rank_groups.generation = rank_slots.generation
        JOIN jobs ON jobs.id = rank_groups.job_id AND jobs.lease_node = rank_groups.node
            AND jobs.lease_token = rank_groups.token
        WHERE rank_groups.size > 0 AND ready = 0 ORDER BY job, rank
        """
}

extension StorePool {
    /// What conditions on leases bind: `boot` and `steady`.
    var leaseClock: Arguments { ["boot": clock.bootID, "steady": clock.steadyMilliseconds()] }

    /// When a lease that is renewed now ends.
    var leaseEnd: Int64 { clock.steadyMilliseconds() + options.leaseMilliseconds }
}

extension StoredNode {
    init(row: Row) throws {
        var node = Node(
            id: try row.value("id"),
            name: try row.value("name"),
            process: try row.value("process"),
            address: try row.value("address"),
            version: try row.value("version"),
            pid: try row.value("pid"),
            workers: try row.value("workers"),
            threads: try row.value("threads"),
            kernels: try row.value("kernels")
        )
        node.state = Node.State(rawValue: try row.value("shown_state")) ?? .lost
        self.node = node
        busy = try row.value("busy")
        startedAt = Timestamp(milliseconds: try row.value("started_at"))
        seenAt = Timestamp(milliseconds: try row.value("seen_at"))
    }
}

extension StoredRank {
    init(row: Row) throws {
        rank = try row.value("rank")
        node = try row.value("at")
        pid = try row.value("pid")
    }
}

extension StoredLease {
    init(row: Row) throws {
        job = JobID(number: try row.value("job"))
        node = try row.value("node")
        pid = try row.value("pid")
        token = try row.value("token")
        milliseconds = try row.value("remaining")
    }
}
