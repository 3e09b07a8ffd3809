import SQL

extension Schema {
    /// Makes schema `v3`: the bytes of a checkpoint lie in a file of their own, which its row names.
    ///
    /// Checkpoints of earlier schemas name no file and keep their bytes in `checkpoint_parts.data`, which is empty for the
    /// others.
    static func moveCheckpointsToFiles(_ database: SQLiteConnection) throws {
        try database.execute(
            sql: """
                ALTER TABLE checkpoints ADD COLUMN file TEXT;
                CREATE UNIQUE INDEX checkpoints_by_file ON checkpoints (file);
                """
        )
    }
}
