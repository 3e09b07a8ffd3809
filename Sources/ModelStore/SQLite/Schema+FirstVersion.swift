import SQL

extension Schema {
    /// Makes the tables of schema `v1`.
    ///
    /// Times are milliseconds since 1970 (UTC); JSON is text.
    static func createFirstVersion(_ database: SQLiteConnection) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        for statements in [models, weights, datasets, jobs, jobHistory, checkpoints, answers] {
            try database.execute(sql: statements)
        }
    }

    private static let models = """
        CREATE TABLE models (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
            definition TEXT NOT NULL CHECK (json_valid(definition)),
            last_version INTEGER NOT NULL DEFAULT 0 CHECK (last_version >= 0),
            last_claim INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            model_id INTEGER NOT NULL REFERENCES models (id),
            number INTEGER NOT NULL CHECK (number >= 1),
            metrics TEXT NOT NULL CHECK (json_valid(metrics)),
            options TEXT NOT NULL CHECK (json_valid(options)),
            dataset_fingerprint TEXT,
            parent INTEGER CHECK (parent >= 0),
            program_version TEXT NOT NULL,
            weights_sha256 TEXT NOT NULL CHECK (length(weights_sha256) = 64),
            raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
            job_id INTEGER,
            created_at INTEGER NOT NULL,
            UNIQUE (model_id, number)
        ) STRICT;
        CREATE TABLE aliases (
            model_id INTEGER NOT NULL REFERENCES models (id),
            name TEXT NOT NULL,
            number INTEGER NOT NULL,
            previous INTEGER,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (model_id, name),
            FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX aliases_by_version ON aliases (model_id, number);
        """

    /// Tensors are addressed by the SHA-256 of their raw bytes, so that equal ones lie here once.
    private static let weights = """
        CREATE TABLE tensors (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
            raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
            checksum INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT;
        CREATE TABLE version_tensors (
            version_id INTEGER NOT NULL REFERENCES versions (id),
            position INTEGER NOT NULL CHECK (position >= 0),
            name TEXT NOT NULL,
            shape TEXT NOT NULL CHECK (json_valid(shape)),
            tensor_id INTEGER NOT NULL REFERENCES tensors (id),
            PRIMARY KEY (version_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX version_tensors_by_tensor ON version_tensors (tensor_id);
        """

    private static let datasets = """
        CREATE TABLE datasets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
            file TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            rows INTEGER NOT NULL CHECK (rows >= 0),
            test_rows INTEGER NOT NULL CHECK (test_rows >= 0),
            input_shape TEXT NOT NULL CHECK (json_valid(input_shape)),
            target_shape TEXT NOT NULL CHECK (json_valid(target_shape)),
            target TEXT NOT NULL CHECK (json_valid(target)),
            columns TEXT CHECK (columns IS NULL OR json_valid(columns)),
            bytes INTEGER NOT NULL CHECK (bytes >= 0),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            built_in INTEGER NOT NULL CHECK (built_in IN (0, 1)),
            created_at INTEGER NOT NULL
        ) STRICT;
        """

    private static let jobs = """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
            model TEXT NOT NULL,
            dataset TEXT,
            initial_version INTEGER,
            request TEXT NOT NULL CHECK (json_valid(request)),
            progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
            metrics TEXT CHECK (metrics IS NULL OR json_valid(metrics)),
            error TEXT CHECK (error IS NULL OR json_valid(error)),
            version INTEGER,
            weights_sha256 TEXT,
            priority INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            lapses INTEGER NOT NULL DEFAULT 0 CHECK (lapses >= 0),
            run_at INTEGER,
            requested TEXT CHECK (requested IN ('cancel', 'pause')),
            lease_owner TEXT,
            lease_boot TEXT,
            lease_until INTEGER,
            lease_token INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
            CHECK ((version IS NOT NULL) = (state = 'succeeded')),
            CHECK (lease_owner IS NULL OR state = 'running'),
            CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
            CHECK ((lease_owner IS NULL) = (lease_boot IS NULL)),
            CHECK (requested IS NULL OR state = 'running'),
            CHECK (run_at IS NULL OR state = 'queued')
        ) STRICT;
        CREATE INDEX jobs_by_state ON jobs (state);
        CREATE INDEX jobs_by_model ON jobs (model);
        CREATE INDEX jobs_by_model_and_state ON jobs (model, state);
        CREATE INDEX jobs_queued ON jobs (model, priority DESC, id) WHERE state = 'queued';
        CREATE INDEX jobs_using_dataset ON jobs (dataset) WHERE state IN ('queued', 'running', 'paused');
        """

    private static let jobHistory = """
        CREATE TABLE job_events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('progress', 'epoch', 'state')),
            data TEXT NOT NULL CHECK (json_valid(data)),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX job_events_by_job ON job_events (job_id);
        CREATE TABLE epochs (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number >= 0),
            metrics TEXT NOT NULL CHECK (json_valid(metrics)),
            PRIMARY KEY (job_id, number)
        ) STRICT, WITHOUT ROWID;
        """

    private static let checkpoints = """
        CREATE TABLE checkpoints (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            position TEXT NOT NULL CHECK (json_valid(position)),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX checkpoints_by_job ON checkpoints (job_id);
        CREATE TABLE checkpoint_parts (
            id INTEGER PRIMARY KEY,
            checkpoint_id INTEGER NOT NULL REFERENCES checkpoints (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
            raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
            checksum INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT;
        CREATE INDEX checkpoint_parts_by_checkpoint ON checkpoint_parts (checkpoint_id);
        """

    private static let answers = """
        CREATE TABLE answers (
            route TEXT NOT NULL,
            key TEXT NOT NULL,
            request_sha256 TEXT NOT NULL,
            status INTEGER NOT NULL,
            location TEXT,
            body TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (route, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX answers_by_age ON answers (created_at);
        CREATE TABLE probe (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            written_at INTEGER NOT NULL
        ) STRICT;
        """
}
