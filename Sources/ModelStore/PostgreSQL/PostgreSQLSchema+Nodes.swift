extension PostgreSQLSchema {
    /// The nodes that work on the store, by the database's clock; `boot` is the same for all of them.
    static let nodes = """
        CREATE TABLE nodes (
            id text COLLATE "C" PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 128),
            name text NOT NULL,
            process text NOT NULL,
            state text NOT NULL CHECK (state IN ('up', 'draining')),
            address text NOT NULL,
            version text NOT NULL,
            pid bigint NOT NULL,
            workers bigint NOT NULL CHECK (workers >= 0),
            threads bigint NOT NULL CHECK (threads >= 0),
            kernels text NOT NULL,
            started_at bigint NOT NULL,
            seen_at bigint NOT NULL,
            boot text NOT NULL,
            until bigint NOT NULL
        );
        """
}
