extension PostgreSQLSchema {
    /// The ranks that train a job together find each other, and a job tells which they are or were.
    static let ranks = """
        ALTER TABLE jobs ADD COLUMN \(json("parallel", isOptional: true));
        ALTER TABLE job_events DROP CONSTRAINT job_events_kind_check;
        ALTER TABLE job_events ADD CONSTRAINT job_events_kind_check
            CHECK (kind IN ('progress', 'epoch', 'state', 'ranks'));
        CREATE TABLE rank_groups (
            job_id bigint PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            token bigint NOT NULL,
            node text COLLATE "C" NOT NULL,
            wanted bigint NOT NULL CHECK (wanted >= 1),
            generation bigint NOT NULL CHECK (generation >= 0),
            size bigint NOT NULL CHECK (size >= 0),
            key text NOT NULL
        );
        CREATE TABLE rank_slots (
            member text COLLATE "C" PRIMARY KEY,
            job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            node text COLLATE "C" NOT NULL,
            pid bigint NOT NULL,
            position bigint NOT NULL,
            ready bigint NOT NULL CHECK (ready IN (0, 1)),
            generation bigint NOT NULL,
            rank bigint NOT NULL CHECK (rank >= 0)
        );
        CREATE INDEX rank_slots_by_job ON rank_slots (job_id, position);
        CREATE TABLE rank_addresses (
            job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            generation bigint NOT NULL,
            name text COLLATE "C" NOT NULL,
            value text NOT NULL,
            PRIMARY KEY (job_id, generation, name)
        );
        """
}
