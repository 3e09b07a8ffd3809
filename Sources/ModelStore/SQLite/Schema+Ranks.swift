import SQL

extension Schema {
    /// Makes schema `v12`: the ranks that train a job together find each other, and a job tells which they are or were.
    ///
    /// Events get a kind more, for which their table is made anew; its ids go on where they were.
    static func addRanks(_ database: SQLiteConnection) throws {
        try database.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN parallel TEXT CHECK (parallel IS NULL OR json_valid(parallel));
                CREATE TABLE rank_groups (
                    job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
                    token INTEGER NOT NULL,
                    node TEXT NOT NULL,
                    wanted INTEGER NOT NULL CHECK (wanted >= 1),
                    generation INTEGER NOT NULL CHECK (generation >= 0),
                    size INTEGER NOT NULL CHECK (size >= 0),
                    key TEXT NOT NULL
                ) STRICT;
                CREATE TABLE rank_slots (
                    member TEXT PRIMARY KEY,
                    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    node TEXT NOT NULL,
                    pid INTEGER NOT NULL,
                    position INTEGER NOT NULL,
                    ready INTEGER NOT NULL CHECK (ready IN (0, 1)),
                    generation INTEGER NOT NULL,
                    rank INTEGER NOT NULL CHECK (rank >= 0)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX rank_slots_by_job ON rank_slots (job_id, position);
                CREATE TABLE rank_addresses (
                    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    generation INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (job_id, generation, name)
                ) STRICT, WITHOUT ROWID;
                CREATE TABLE new_job_events (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    kind TEXT NOT NULL CHECK (kind IN ('progress', 'epoch', 'state', 'ranks')),
                    data TEXT NOT NULL CHECK (json_valid(data)),
                    created_at INTEGER NOT NULL,
                    row_crc32 INTEGER
                ) STRICT;
                INSERT INTO sqlite_sequence (name, seq)
                    SELECT 'new_job_events', seq FROM sqlite_sequence WHERE name = 'job_events';
                INSERT INTO new_job_events (id, job_id, kind, data, created_at, row_crc32)
                    SELECT id, job_id, kind, data, created_at, row_crc32 FROM job_events ORDER BY id;
                DROP TABLE job_events;
                ALTER TABLE new_job_events RENAME TO job_events;
                CREATE INDEX job_events_by_job ON job_events (job_id);
                """
        )
    }
}
