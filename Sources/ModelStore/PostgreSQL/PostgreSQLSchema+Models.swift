extension PostgreSQLSchema {
    static let models = """
        CREATE TABLE models (
            id \(key),
            name text COLLATE "C" NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 128),
            \(json("definition")),
            last_version bigint NOT NULL DEFAULT 0 CHECK (last_version >= 0),
            last_claim bigint NOT NULL DEFAULT 0,
            created_at bigint NOT NULL,
            row_crc32 bigint
        );
        CREATE TABLE versions (
            id \(key),
            model_id bigint NOT NULL REFERENCES models (id),
            number bigint NOT NULL CHECK (number >= 1),
            \(json("metrics")),
            \(json("options")),
            dataset_fingerprint text,
            parent bigint CHECK (parent >= 0),
            program_version text NOT NULL,
            weights_sha256 text NOT NULL CHECK (length(weights_sha256) = 64),
            raw_bytes bigint NOT NULL CHECK (raw_bytes >= 0),
            job_id bigint,
            created_at bigint NOT NULL,
            row_crc32 bigint,
            \(json("front", isOptional: true)),
            \(json("optimizer", isOptional: true)),
            UNIQUE (model_id, number)
        );
        CREATE TABLE aliases (
            model_id bigint NOT NULL REFERENCES models (id),
            name text COLLATE "C" NOT NULL,
            number bigint NOT NULL,
            previous bigint,
            updated_at bigint NOT NULL,
            row_crc32 bigint,
            PRIMARY KEY (model_id, name),
            FOREIGN KEY (model_id, number) REFERENCES versions (model_id, number)
        );
        CREATE INDEX aliases_by_version ON aliases (model_id, number);
        CREATE TABLE evaluations (
            id \(key),
            model_id bigint NOT NULL REFERENCES models (id) ON DELETE CASCADE,
            version bigint NOT NULL CHECK (version >= 0),
            \(json("summary")),
            created_at bigint NOT NULL,
            row_crc32 bigint
        );
        CREATE INDEX evaluations_by_version ON evaluations (model_id, version, id);
        CREATE FUNCTION remove_evaluations() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM evaluations WHERE model_id = OLD.model_id AND version = OLD.number;
            RETURN NULL;
        END $$;
        CREATE TRIGGER evaluations_of_removed_version AFTER DELETE ON versions
            FOR EACH ROW EXECUTE FUNCTION remove_evaluations();
        """

    /// Tensors are addressed by the SHA-256 of their raw bytes, so that equal ones lie here once.
    static let weights = """
        CREATE TABLE tensors (
            id \(key),
            hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
            encoding bigint NOT NULL CHECK (encoding IN (0, 1)),
            raw_bytes bigint NOT NULL CHECK (raw_bytes >= 0),
            checksum bigint NOT NULL,
            data bytea NOT NULL
        );
        ALTER TABLE tensors ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE TABLE version_tensors (
            version_id bigint NOT NULL REFERENCES versions (id),
            position bigint NOT NULL CHECK (position >= 0),
            name text COLLATE "C" NOT NULL,
            \(json("shape")),
            part text NOT NULL DEFAULT 'weights' CHECK (part IN ('weights', 'optimizer')),
            tensor_id bigint NOT NULL REFERENCES tensors (id),
            PRIMARY KEY (version_id, position)
        );
        CREATE INDEX version_tensors_by_tensor ON version_tensors (tensor_id);
        """
}
