extension PostgreSQLSchema {
    static let datasets = """
        CREATE TABLE datasets (
            id \(key),
            name text COLLATE "C" NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
            file text COLLATE "C" NOT NULL UNIQUE,
            kind text NOT NULL,
            rows bigint NOT NULL CHECK (rows >= 0),
            test_rows bigint NOT NULL CHECK (test_rows >= 0),
            \(json("input_shape")),
            \(json("target_shape")),
            \(json("target")),
            \(json("columns", isOptional: true)),
            bytes bigint NOT NULL CHECK (bytes >= 0),
            sha256 text NOT NULL CHECK (length(sha256) = 64),
            built_in bigint NOT NULL CHECK (built_in IN (0, 1)),
            created_at bigint NOT NULL,
            row_crc32 bigint,
            form text NOT NULL DEFAULT 'rows' CHECK (form IN ('rows', 'columns')),
            validation_rows bigint NOT NULL DEFAULT 0 CHECK (validation_rows >= 0),
            \(json("schema", isOptional: true))
        );
        """

    static let checkpoints = """
        CREATE TABLE checkpoints (
            id \(key),
            job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            \(json("position")),
            created_at bigint NOT NULL,
            file text COLLATE "C" UNIQUE,
            row_crc32 bigint,
            epoch bigint CHECK (epoch >= 0)
        );
        CREATE INDEX checkpoints_by_job ON checkpoints (job_id);
        CREATE UNIQUE INDEX checkpoints_by_epoch ON checkpoints (job_id, epoch) WHERE epoch IS NOT NULL;
        CREATE TABLE checkpoint_parts (
            id \(key),
            checkpoint_id bigint NOT NULL REFERENCES checkpoints (id) ON DELETE CASCADE,
            name text NOT NULL,
            encoding bigint NOT NULL CHECK (encoding IN (0, 1)),
            raw_bytes bigint NOT NULL CHECK (raw_bytes >= 0),
            checksum bigint NOT NULL,
            data bytea NOT NULL
        );
        ALTER TABLE checkpoint_parts ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE INDEX checkpoint_parts_by_checkpoint ON checkpoint_parts (checkpoint_id);
        CREATE TRIGGER file_of_removed_checkpoint AFTER DELETE ON checkpoints
            FOR EACH ROW EXECUTE FUNCTION remove_file();
        CREATE TRIGGER file_of_removed_dataset AFTER DELETE ON datasets
            FOR EACH ROW EXECUTE FUNCTION remove_file();
        """

    /// The bytes of datasets and checkpoints, by the names that their rows have for them, in parts; a name never has others.
    static let files = """
        CREATE TABLE file_parts (
            file text COLLATE "C" NOT NULL,
            number bigint NOT NULL CHECK (number >= 0),
            data bytea NOT NULL,
            stored_at bigint NOT NULL DEFAULT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint),
            PRIMARY KEY (file, number)
        );
        ALTER TABLE file_parts ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE FUNCTION remove_file() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM file_parts WHERE file = OLD.file;
            RETURN NULL;
        END $$;
        """
}
