import SQL

extension Schema {
    /// Makes schema `v10`: a version may keep what an optimizer remembers of its weights.
    ///
    /// Those of earlier schemas have none. The tensors are among the version's, behind its weights.
    static func addOptimizerStates(_ database: SQLiteConnection) throws {
        try database.add(RowChecksum.function)
        try database.execute(
            sql: """
                ALTER TABLE versions ADD COLUMN optimizer TEXT CHECK (optimizer IS NULL OR json_valid(optimizer));
                ALTER TABLE version_tensors ADD COLUMN part TEXT NOT NULL DEFAULT 'weights'
                    CHECK (part IN ('weights', 'optimizer'));
                """
        )
        try RowChecksum.versions.replace(RowChecksum.secondVersions, in: database)
    }
}
