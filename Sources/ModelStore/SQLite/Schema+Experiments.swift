import SQL

extension Schema {
    /// Makes schema `v8`: experiments, their trials, and what came of their jobs.
    ///
    /// The figures of a job that has ended stand with the experiment too, since jobs may be deleted.
    static func addExperiments(_ database: SQLiteConnection) throws {
        try database.add(RowChecksum.function)
        try database.execute(
            sql: """
                CREATE TABLE experiments (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL UNIQUE,
                    request TEXT NOT NULL CHECK (json_valid(request)),
                    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
                    dataset_sha256 TEXT NOT NULL,
                    error TEXT CHECK (error IS NULL OR json_valid(error)),
                    created_at INTEGER NOT NULL,
                    finished_at INTEGER,
                    row_crc32 INTEGER,
                    CHECK ((finished_at IS NULL) = (state = 'running'))
                ) STRICT;
                CREATE TABLE experiment_trials (
                    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
                    number INTEGER NOT NULL CHECK (number >= 1),
                    settings TEXT NOT NULL CHECK (json_valid(settings)),
                    model TEXT NOT NULL,
                    model_id INTEGER NOT NULL,
                    error TEXT CHECK (error IS NULL OR json_valid(error)),
                    row_crc32 INTEGER,
                    PRIMARY KEY (experiment_id, number)
                ) STRICT;
                CREATE TABLE experiment_jobs (
                    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
                    trial INTEGER NOT NULL CHECK (trial >= 1),
                    rung INTEGER NOT NULL CHECK (rung >= 0),
                    repetition INTEGER NOT NULL CHECK (repetition >= 1),
                    fold INTEGER NOT NULL CHECK (fold >= 0),
                    job_id INTEGER NOT NULL UNIQUE,
                    state TEXT CHECK (state IS NULL OR state IN ('succeeded', 'failed', 'cancelled')),
                    metrics TEXT CHECK (metrics IS NULL OR json_valid(metrics)),
                    error TEXT CHECK (error IS NULL OR json_valid(error)),
                    epochs INTEGER,
                    row_crc32 INTEGER,
                    PRIMARY KEY (experiment_id, trial, rung, repetition, fold)
                ) STRICT;
                ALTER TABLE jobs ADD COLUMN experiment TEXT;
                CREATE INDEX jobs_by_experiment ON jobs (experiment) WHERE experiment IS NOT NULL;
                """
        )
        try RowChecksum.requests.replace(RowChecksum.thirdRequests, in: database)
    }
}
