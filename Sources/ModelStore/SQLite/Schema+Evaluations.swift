import SQL

extension Schema {
    /// Makes schema `v6`: a job is of a kind, and evaluations of versions are kept.
    ///
    /// All jobs of earlier schemas train. Evaluations go with their version, and with the job whose answer they are.
    static func addEvaluations(_ database: SQLiteConnection) throws {
        try database.add(RowChecksum.function)
        try database.execute(
            sql: """
                ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'training'
                    CHECK (kind IN ('training', 'evaluation'));
                CREATE TABLE evaluations (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
                    version INTEGER NOT NULL CHECK (version >= 0),
                    summary TEXT NOT NULL CHECK (json_valid(summary)),
                    created_at INTEGER NOT NULL,
                    row_crc32 INTEGER
                ) STRICT;
                CREATE INDEX evaluations_by_version ON evaluations (model_id, version, id);
                CREATE TRIGGER evaluations_of_removed_version AFTER DELETE ON versions
                BEGIN
                    DELETE FROM evaluations WHERE model_id = OLD.model_id AND version = OLD.number;
                END;
                CREATE TABLE job_evaluations (
                    job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
                    evaluation TEXT NOT NULL CHECK (json_valid(evaluation)),
                    row_crc32 INTEGER
                ) STRICT;
                """
        )
        try RowChecksum.secondRequests.replace(RowChecksum.firstRequests, in: database)
    }
}
