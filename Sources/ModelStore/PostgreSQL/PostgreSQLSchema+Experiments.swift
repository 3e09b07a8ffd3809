extension PostgreSQLSchema {
    static let experiments = """
        CREATE TABLE experiments (
            id \(key),
            name text COLLATE "C" NOT NULL UNIQUE,
            \(json("request")),
            state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
            dataset_sha256 text NOT NULL,
            \(json("error", isOptional: true)),
            created_at bigint NOT NULL,
            finished_at bigint,
            row_crc32 bigint,
            CHECK ((finished_at IS NULL) = (state = 'running'))
        );
        CREATE TABLE experiment_trials (
            experiment_id bigint NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
            number bigint NOT NULL CHECK (number >= 1),
            \(json("settings")),
            model text COLLATE "C" NOT NULL,
            model_id bigint NOT NULL,
            \(json("error", isOptional: true)),
            row_crc32 bigint,
            PRIMARY KEY (experiment_id, number)
        );
        CREATE TABLE experiment_jobs (
            experiment_id bigint NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
            trial bigint NOT NULL CHECK (trial >= 1),
            rung bigint NOT NULL CHECK (rung >= 0),
            repetition bigint NOT NULL CHECK (repetition >= 1),
            fold bigint NOT NULL CHECK (fold >= 0),
            job_id bigint NOT NULL UNIQUE,
            state text CHECK (state IS NULL OR state IN ('succeeded', 'failed', 'cancelled')),
            \(json("metrics", isOptional: true)),
            \(json("error", isOptional: true)),
            epochs bigint,
            row_crc32 bigint,
            PRIMARY KEY (experiment_id, trial, rung, repetition, fold)
        );
        """
}
