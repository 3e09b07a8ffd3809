import SQL

extension Schema {
    /// Makes schema `v7`: checkpoints of epochs are kept with their job, a job may begin where another one stood or repeat
    /// it, and what is known of a job that diverged is kept.
    ///
    /// A checkpoint's `epoch` is null for one that goes with its job's end, and 0 for what the job began with.
    static func keepEpochs(_ database: SQLiteConnection) throws {
        try database.add(RowChecksum.function)
        try database.execute(
            sql: """
                ALTER TABLE checkpoints ADD COLUMN epoch INTEGER CHECK (epoch >= 0);
                CREATE UNIQUE INDEX checkpoints_by_epoch ON checkpoints (job_id, epoch) WHERE epoch IS NOT NULL;
                ALTER TABLE jobs ADD COLUMN forked_job INTEGER;
                ALTER TABLE jobs ADD COLUMN forked_epoch INTEGER CHECK ((forked_epoch IS NULL) = (forked_job IS NULL));
                ALTER TABLE jobs ADD COLUMN initial_job INTEGER;
                ALTER TABLE jobs ADD COLUMN initial_epoch INTEGER CHECK ((initial_epoch IS NULL) = (initial_job IS NULL));
                ALTER TABLE jobs ADD COLUMN replay_of INTEGER;
                ALTER TABLE jobs ADD COLUMN identical INTEGER
                    CHECK (identical IS NULL OR (identical IN (0, 1) AND replay_of IS NOT NULL));
                CREATE INDEX jobs_by_dataset ON jobs (dataset) WHERE dataset IS NOT NULL;
                CREATE INDEX jobs_by_replayed ON jobs (replay_of) WHERE replay_of IS NOT NULL;
                CREATE TABLE job_postmortems (
                    job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
                    postmortem TEXT NOT NULL CHECK (json_valid(postmortem)),
                    row_crc32 INTEGER
                ) STRICT;
                """
        )
        try RowChecksum.checkpoints.replace(RowChecksum.firstCheckpoints, in: database)
        try RowChecksum.thirdRequests.replace(RowChecksum.secondRequests, in: database)
        try RowChecksum.results.replace(RowChecksum.firstResults, in: database)
    }
}
