extension PostgreSQLSchema {
    static let jobs = """
        CREATE TABLE jobs (
            id \(key),
            state text NOT NULL
                CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
            model text COLLATE "C" NOT NULL,
            dataset text COLLATE "C",
            initial_version bigint,
            \(json("request")),
            \(json("progress", isOptional: true)),
            \(json("metrics", isOptional: true)),
            \(json("error", isOptional: true)),
            version bigint,
            weights_sha256 text,
            priority bigint NOT NULL,
            attempts bigint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            lapses bigint NOT NULL DEFAULT 0 CHECK (lapses >= 0),
            run_at bigint,
            requested text CHECK (requested IN ('cancel', 'pause')),
            lease_owner text,
            lease_boot text,
            lease_until bigint,
            lease_token bigint NOT NULL DEFAULT 0,
            created_at bigint NOT NULL,
            started_at bigint,
            finished_at bigint,
            row_crc32 bigint,
            result_crc32 bigint,
            kind text NOT NULL DEFAULT 'training' CHECK (kind IN ('training', 'evaluation')),
            forked_job bigint,
            forked_epoch bigint CHECK ((forked_epoch IS NULL) = (forked_job IS NULL)),
            initial_job bigint,
            initial_epoch bigint CHECK ((initial_epoch IS NULL) = (initial_job IS NULL)),
            replay_of bigint,
            identical bigint CHECK (identical IS NULL OR (identical IN (0, 1) AND replay_of IS NOT NULL)),
            experiment text COLLATE "C",
            lease_node text COLLATE "C" CHECK (lease_node IS NULL OR state = 'running'),
            node text COLLATE "C",
            CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled'))),
            CHECK ((version IS NOT NULL) = (state = 'succeeded')),
            CHECK (lease_owner IS NULL OR state = 'running'),
            CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
            CHECK ((lease_owner IS NULL) = (lease_boot IS NULL)),
            CHECK (requested IS NULL OR state = 'running'),
            CHECK (run_at IS NULL OR state = 'queued')
        );
        CREATE INDEX jobs_by_state ON jobs (state);
        CREATE INDEX jobs_by_model ON jobs (model);
        CREATE INDEX jobs_by_model_and_state ON jobs (model, state);
        CREATE INDEX jobs_using_dataset ON jobs (dataset) WHERE state IN ('queued', 'running', 'paused');
        CREATE INDEX jobs_ready ON jobs (model, priority DESC, id) WHERE state = 'queued' AND run_at IS NULL;
        CREATE INDEX jobs_postponed ON jobs (run_at) WHERE run_at IS NOT NULL;
        CREATE INDEX jobs_by_dataset ON jobs (dataset) WHERE dataset IS NOT NULL;
        CREATE INDEX jobs_by_replayed ON jobs (replay_of) WHERE replay_of IS NOT NULL;
        CREATE INDEX jobs_by_experiment ON jobs (experiment) WHERE experiment IS NOT NULL;
        """

    static let history = """
        CREATE TABLE job_events (
            id \(key),
            job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            kind text NOT NULL CHECK (kind IN ('progress', 'epoch', 'state')),
            \(json("data")),
            created_at bigint NOT NULL,
            row_crc32 bigint
        );
        CREATE INDEX job_events_by_job ON job_events (job_id, id);
        CREATE TABLE epochs (
            job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            number bigint NOT NULL CHECK (number >= 0),
            \(json("metrics")),
            row_crc32 bigint,
            PRIMARY KEY (job_id, number)
        );
        CREATE TABLE epoch_norms (
            job_id bigint NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            number bigint NOT NULL,
            \(json("norms")),
            row_crc32 bigint,
            PRIMARY KEY (job_id, number)
        );
        CREATE TABLE job_evaluations (
            job_id bigint PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            \(json("evaluation")),
            row_crc32 bigint
        );
        CREATE TABLE job_postmortems (
            job_id bigint PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            \(json("postmortem")),
            row_crc32 bigint
        );
        CREATE TABLE answers (
            route text COLLATE "C" NOT NULL,
            key text COLLATE "C" NOT NULL,
            request_sha256 text NOT NULL,
            status bigint NOT NULL,
            location text,
            body text NOT NULL,
            created_at bigint NOT NULL,
            row_crc32 bigint,
            PRIMARY KEY (route, key)
        );
        CREATE INDEX answers_by_age ON answers (created_at);
        CREATE TABLE probe (
            id bigint PRIMARY KEY CHECK (id = 1),
            written_at bigint NOT NULL
        );
        """

    /// A row for each model that has a job to begin, exactly while it has a queued job that waits for no time; triggers keep
    /// it so.
    ///
    /// `job_id` is the job that goes first.
    static let turns = """
        CREATE TABLE turns (
            model text COLLATE "C" PRIMARY KEY,
            priority bigint NOT NULL,
            running bigint NOT NULL,
            last_claim bigint NOT NULL,
            job_id bigint NOT NULL
        );
        CREATE INDEX turns_in_order ON turns (priority DESC, running, last_claim, job_id);
        CREATE FUNCTION take_turn() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            wanted text;
        BEGIN
            IF TG_TABLE_NAME = 'models' THEN
                wanted := NEW.name;
            ELSE
                wanted := NEW.model;
            END IF;
            DELETE FROM turns WHERE turns.model = wanted;
            INSERT INTO turns (model, priority, running, last_claim, job_id)
                SELECT jobs.model, jobs.priority,
                    (SELECT count(*) FROM jobs AS other WHERE other.model = wanted AND other.state = 'running'),
                    (SELECT models.last_claim FROM models WHERE models.name = wanted), jobs.id
                FROM jobs
                WHERE jobs.model = wanted AND jobs.state = 'queued' AND jobs.run_at IS NULL
                ORDER BY jobs.priority DESC, jobs.id LIMIT 1;
            RETURN NULL;
        END $$;
        CREATE TRIGGER turn_of_new_job AFTER INSERT ON jobs
            FOR EACH ROW WHEN (NEW.state = 'queued') EXECUTE FUNCTION take_turn();
        CREATE TRIGGER turn_of_moved_job AFTER UPDATE OF state, run_at ON jobs
            FOR EACH ROW EXECUTE FUNCTION take_turn();
        CREATE TRIGGER turn_of_served_model AFTER UPDATE OF last_claim ON models
            FOR EACH ROW EXECUTE FUNCTION take_turn();
        """
}
