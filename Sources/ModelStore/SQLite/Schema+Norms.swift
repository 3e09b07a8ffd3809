import SQL

extension Schema {
    /// Makes schema `v9`: the norms of an epoch's last step, where a job takes them.
    ///
    /// They are apart from the metrics, which every reader of a history reads.
    static func addNorms(_ database: SQLiteConnection) throws {
        try database.execute(
            sql: """
                CREATE TABLE epoch_norms (
                    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    number INTEGER NOT NULL,
                    norms TEXT NOT NULL CHECK (json_valid(norms)),
                    row_crc32 INTEGER,
                    PRIMARY KEY (job_id, number)
                ) STRICT, WITHOUT ROWID;
                """
        )
    }
}
