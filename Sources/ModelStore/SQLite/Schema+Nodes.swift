import SQL

extension Schema {
    /// Makes schema `v11`: the nodes that work on the store, a row each, and jobs that name the node which has them.
    ///
    /// A job is held as long as its node's row lives, so the lease that each job had of its own is given up; whoever ran
    /// one under an earlier program no longer holds it. `node` stays when the lease ends.
    static func addNodes(_ database: SQLiteConnection) throws {
        try database.execute(
            sql: """
                CREATE TABLE nodes (
                    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 128),
                    name TEXT NOT NULL,
                    process TEXT NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('up', 'draining')),
                    address TEXT NOT NULL,
                    version TEXT NOT NULL,
                    pid INTEGER NOT NULL,
                    workers INTEGER NOT NULL CHECK (workers >= 0),
                    threads INTEGER NOT NULL CHECK (threads >= 0),
                    kernels TEXT NOT NULL,
                    started_at INTEGER NOT NULL,
                    seen_at INTEGER NOT NULL,
                    boot TEXT NOT NULL,
                    until INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                ALTER TABLE jobs ADD COLUMN lease_node TEXT CHECK (lease_node IS NULL OR state = 'running');
                ALTER TABLE jobs ADD COLUMN node TEXT;
                UPDATE jobs SET lease_owner = NULL, lease_boot = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL;
                """
        )
    }
}
