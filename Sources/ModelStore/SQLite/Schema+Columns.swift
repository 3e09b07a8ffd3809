import SQL

extension Schema {
    /// Makes schema `v5`: versions keep what their front layers have learned, datasets what their columns are.
    ///
    /// Rows of earlier schemas have neither. What was damaged before stays so.
    static func addColumns(_ database: SQLiteConnection) throws {
        try database.add(RowChecksum.function)
        try database.execute(
            sql: """
                ALTER TABLE versions ADD COLUMN front TEXT CHECK (front IS NULL OR json_valid(front));
                ALTER TABLE datasets ADD COLUMN form TEXT NOT NULL DEFAULT 'rows' CHECK (form IN ('rows', 'columns'));
                ALTER TABLE datasets ADD COLUMN validation_rows INTEGER NOT NULL DEFAULT 0 CHECK (validation_rows >= 0);
                ALTER TABLE datasets ADD COLUMN schema TEXT CHECK (schema IS NULL OR json_valid(schema));
                """
        )
        try RowChecksum.secondVersions.replace(RowChecksum.firstVersions, in: database)
        try RowChecksum.datasets.replace(RowChecksum.firstDatasets, in: database)
    }
}
